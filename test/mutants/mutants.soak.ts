import { expect } from 'chai';
import { mutantsOf } from './guards.ts';
import { openWorkshop } from './workshop.ts';

/** Only mutants whose names this regular expression finds. */
const ONLY = new RegExp(process.env.MUTANTS ?? '');

describe('every guard of the contracts, removed, fails a test', () => {
  const workshop = openWorkshop();
  const killers: [guard: string, test: string][] = [];

  after(() => {
    console.log(`\n| guard removed | test that fails |\n|---|---|`);
    for (const [guard, test] of killers) console.log(`| ${guard.replaceAll('|', '\\|')} | ${test} |`);
    workshop.close();
  });

  for (const mutant of mutantsOf(workshop.sources).filter(({ name }) => ONLY.test(name))) {
    it(mutant.name, async () => {
      const killer = await workshop.killerOf(mutant);
      killers.push([mutant.name, killer ?? 'NONE']);
      expect(killer, 'no test fails').not.to.equal(null);
    });
  }
});
