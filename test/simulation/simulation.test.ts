import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { DEFENCES } from './defences.ts';
import { LIES, type LieName } from './endpoint.ts';
import { simulateLiar } from './liar.ts';
import { SimulationFailure, simulate } from './run.ts';

const COUNT = process.env.FULL ? 200 : 12;

describe('records on a simulated chain, behind simulated endpoints', () => {
  for (let seed = 1; seed <= COUNT; seed++) {
    it(`are whole whenever they are ready, and those of a fresh start in the end (seed ${seed})`, () =>
      simulate(seed));
  }

  for (let seed = 1; seed <= COUNT / 12; seed++) {
    it(`find and outlive an endpoint whose lie no bloom shows (seed ${seed})`, () => simulateLiar(seed));
  }

  it('fail in the same step when the same seed is run again', async () => {
    const lies = (Object.keys(LIES) as LieName[]).filter((name) => LIES[name].needsProof);
    const failure = async (seed: number) => {
      try {
        await simulate(seed, { lies });
        return null;
      } catch (error) {
        if (error instanceof SimulationFailure) return error.message.split('\n')[0];
        throw error;
      }
    };
    for (let seed = 1; ; seed++) {
      const first = await failure(seed);
      if (first === null) continue;
      expect(first).to.match(new RegExp(`^seed ${seed}, step \\d`));
      expect(await failure(seed)).to.equal(first);
      return;
    }
  });

  it('can do without each guard, since the code holds all of them', () => {
    const places = DEFENCES.flatMap(({ also, ...place }) => [place, ...(also ? [also] : [])]);
    const others = places.filter(({ file, text }) => readFileSync(file, 'utf8').split(text).length !== 2);
    expect(others).to.deep.equal([]);
  });
});
