import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

const DOCUMENTS = ['README.md', ...globSync('docs/**/*.md')];

describe('the documentation', () => {
  for (const document of DOCUMENTS) {
    const text = readFileSync(document, 'utf8');
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target);
    const local = links
      .filter((target) => !/^\w+:/.test(target))
      .map((target) => join(dirname(document), target));
    const named = [...text.matchAll(/`((?:test|indexer|contracts|scripts)\/[\w./-]+\.\w+)`/g)].map(
      ([, path = '']) => path,
    );

    it(`${document} names only files that are there`, () => {
      expect([...local, ...named].filter((path) => !existsSync(path))).to.deep.equal([]);
    });
  }

  it('fits into three minutes: a README of at most 120 lines', () => {
    expect(readFileSync('README.md', 'utf8').trimEnd().split('\n').length).to.be.at.most(120);
  });
});
