import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';

const DECISIONS = 'docs/decisions';
const DOCUMENTS = [...globSync('*.md'), ...globSync('docs/**/*.md')];
/** What the build or a deployment makes. */
const GENERATED = /^(types|artifacts|deployments|web\/dist)\//;
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
}).split('\n');
const FOLDERS = new Set(
  FILES.map((file) => file.split('/')[0]).filter((name) => !FILES.includes(name ?? '')),
);

describe('the documentation', () => {
  for (const document of DOCUMENTS) {
    const text = readFileSync(document, 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target = '']) => target);
    const local = links.filter((target) => !/^\w+:/.test(target));
    const named = [...text.matchAll(/`([\w./-]+)`/g)].map(([, name = '']) => name);

    it(`${document} links and names only what is there`, () => {
      const broken = local.filter((target) => !leads(target, document));
      expect([...broken, ...named.filter((name) => !isThere(name))]).to.deep.equal([]);
    });
  }

  it('fits into three minutes: a README of at most 120 lines', () => {
    expect(readFileSync('README.md', 'utf8').trimEnd().split('\n').length).to.be.at.most(120);
  });

  it('has every room in the architecture', () => {
    const text = readFileSync('docs/architecture.md', 'utf8');
    const rooms = new Set(
      FILES.filter((file) => file.startsWith('indexer/')).map((file) => file.split('/')[1]),
    );
    expect([...rooms].filter((room) => room !== 'lib' && !text.includes(`\`${room}/\``))).to.deep.equal([
      'main.ts',
    ]);
  });

  it('backs up no key of protected videos beside the book', () => {
    const [, commands = ''] =
      /^## Back up\n.*?^```sh\n(.*?)^```/ms.exec(readFileSync('docs/operations.md', 'utf8')) ?? [];
    const cwd = mkdtempSync(join(tmpdir(), 'backup-'));
    for (const folder of ['.data/media/roots', '.data/media/files', '.data/ethstorage', 'deployments']) {
      mkdirSync(join(cwd, folder), { recursive: true });
    }
    writeFileSync(join(cwd, '.data/keys-secret'), 'f'.repeat(64));
    writeFileSync(join(cwd, '.env'), `PORT=1\nKEYS_SECRET=${'f'.repeat(64)}\nPRIVATEKEY=2\n`);
    // All but the book, whose copy has a test of its own.
    execFileSync('sh', ['-ec', commands.replace(/^npm run backup .*$/m, '')], { cwd });
    const backup = join(cwd, 'backup');
    const files = readdirSync(backup, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    const copied = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
    rmSync(cwd, { recursive: true });
    expect(copied).to.deep.equal(['PORT=1\nPRIVATEKEY=2\n']);
  });

  it('has every decision in its index', () => {
    const index = readFileSync(join(DECISIONS, 'README.md'), 'utf8');
    const records = globSync(`${DECISIONS}/0*.md`).map((file) => basename(file));
    expect(records.filter((name) => !index.includes(`](${name})`))).to.deep.equal([]);
  });
});

/** Whether a link of a document leads to a file, and to a heading of it if it names one. */
function leads(target: string, document: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(file)) return false;
  return heading === undefined || headingsOf(file).includes(heading);
}

function headingsOf(file: string): string[] {
  const titles = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** A source file may be named from any folder above it; a path in a folder of this project stands from its root. */
function isThere(name: string): boolean {
  if (GENERATED.test(name)) return true;
  if (name.includes('/') && FOLDERS.has(name.split('/')[0])) return existsSync(name);
  return !/\.(ts|tsx|sol)$/.test(name) || FILES.some((file) => `/${file}`.endsWith(`/${name}`));
}
