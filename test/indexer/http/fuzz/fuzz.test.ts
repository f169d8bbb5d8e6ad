import { expect } from 'chai';
import fc from 'fast-check';
import { type Api, startApi } from '../api.ts';
import { type Recipe, recipes } from './calls.ts';
import { type Document, openDocument } from './document.ts';
import { mutated } from './mutate.ts';

const CALLS = 2_000;
const SUCCESSES = 20;
const SEED = Number(process.env.SEED ?? 20_261_125);

describe(`${CALLS} calls of what /openapi.json documents, every second one with one field mutated (seed ${SEED})`, () => {
  let api: Api;
  let document: Document;
  let known: Record<string, Recipe>;
  before(async () => {
    api = await startApi();
    document = await openDocument(api);
    known = await recipes(api);
  });
  after(() => api.stop());

  it('are answered as documented, never with 5xx, and each operation succeeds', async () => {
    expect(Object.keys(known)).to.have.members(document.operations);
    const rounds = Math.max(SUCCESSES, Math.ceil(CALLS / 2 / document.operations.length));
    let sent = 0;
    for (const [index, [operation, { valid, prepare }]] of Object.entries(known).entries()) {
      const samples = fc.sample(valid, { numRuns: rounds, seed: SEED + index });
      const succeeded: number[] = [];
      for (const [round, sample] of samples.entries()) {
        const call = { ...sample, operation };
        const [bad = call] = fc.sample(mutated(call), { numRuns: 1, seed: SEED + round });
        for (const each of [call, bad]) {
          await prepare?.(sample);
          const status = await document.send(each).catch((error: unknown) => {
            throw new Error(`${operation} with ${shown(each)} ${String(error)}`, { cause: error });
          });
          if (each === call && status < 400) succeeded.push(status);
          sent += 1;
        }
      }
      expect(succeeded.length, `successes of ${operation}`).to.be.at.least(SUCCESSES);
    }
    expect(sent).to.be.at.least(CALLS);
  }).timeout(240_000);
});

function shown(call: object): string {
  return JSON.stringify(call, (_, value) =>
    value instanceof Uint8Array ? `${value.length} bytes` : value,
  ).slice(0, 1_500);
}
