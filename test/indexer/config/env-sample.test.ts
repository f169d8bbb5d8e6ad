import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect } from 'chai';
import { ZodObject, ZodPipe, type ZodType } from 'zod';

const ROOT = join(import.meta.dirname, '../../..');
const SAMPLE = readFileSync(join(ROOT, '.env.sample'), 'utf8');

describe('.env.sample', () => {
  const sample = parseEnv(SAMPLE);
  const variables: Record<string, ZodType> = {};
  before(async () => {
    for (const file of globSync('indexer/config/*.ts', { cwd: ROOT })) {
      const exported = Object.values((await import(join(ROOT, file))) as object);
      for (let fragment of exported) {
        while (fragment instanceof ZodPipe) fragment = fragment.in;
        if (fragment instanceof ZodObject) Object.assign(variables, fragment.shape);
      }
    }
  });

  it('has every variable that is read, once, and no other', () => {
    const named = [...SAMPLE.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named).to.have.members(Object.keys(variables));
  });

  it('shows what holds where a variable is not set', () => {
    for (const [name, kind] of Object.entries(variables)) {
      const unset = kind.parse(undefined);
      const text = sample[name] || undefined;
      expect(kind.parse(text), name).to.deep.equal(unset);
      const isNothing = unset === undefined || (Array.isArray(unset) && unset.length === 0);
      expect(text === undefined, `${name} is blank`).to.equal(isNothing);
    }
  });
});
