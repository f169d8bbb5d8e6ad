import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect } from 'chai';
import type { ZodType } from 'zod';
import { VARIABLES } from '../../../indexer/config/config.ts';
import { toolVariables } from '../../../indexer/config/tools.ts';

const SAMPLE = readFileSync(join(import.meta.dirname, '../../../.env.sample'), 'utf8');

describe('.env.sample', () => {
  const sample = parseEnv(SAMPLE);
  const variables: Readonly<Record<string, ZodType>> = { ...VARIABLES, ...toolVariables };

  it('has every variable that is read, once, and no other', () => {
    const named = [...SAMPLE.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named).to.have.members(Object.keys(variables));
  });

  for (const [name, kind] of Object.entries(variables)) {
    it(`shows what holds where ${name} is not set`, () => {
      const unset = kind.parse(undefined);
      const text = sample[name] || undefined;
      expect(kind.parse(text)).to.deep.equal(unset);
      const isNothing = unset === undefined || (Array.isArray(unset) && unset.length === 0);
      expect(text === undefined, 'is blank').to.equal(isNothing);
    });
  }
});
