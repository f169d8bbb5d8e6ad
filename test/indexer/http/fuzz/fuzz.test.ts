import { expect } from 'chai';
import fc from 'fast-check';
import { type Api, startApi } from '../api.ts';
import { recipes } from './calls.ts';
import { TOKEN } from './channel-calls.ts';
import { type Call, openDocument } from './document.ts';
import { mutated } from './mutate.ts';
import type { Recipe, Request } from './recipe.ts';
import { signedRecipes } from './signed-calls.ts';

const CALLS = process.env.FULL ? 2_000 : 1_000;
const SUCCESSES = process.env.FULL ? 20 : 4;
const SEED = Number(process.env.SEED ?? 20_261_125);

describe(`calls of what /openapi.json documents, every second one with one field mutated (seed ${SEED})`, () => {
  const apis: Api[] = [];
  after(async () => {
    for (const api of apis) await api.stop();
  });
  const started = async (options: Parameters<typeof startApi>[0] = {}) => {
    const api = await startApi(options);
    apis.push(api);
    return { api, document: await openDocument(api) };
  };

  it(`${CALLS} are answered as documented, never with 5xx, and each operation succeeds`, async () => {
    const embedded = await started({ env: { KNOWN_TOKENS: TOKEN } });
    const remote = await started({
      remote: true,
      env: { STORAGE: 'ipfs,ethstorage' },
      quota: { walletUploads: CALLS, clientDayUploads: CALLS },
    });
    const worlds = [
      { ...embedded, known: await recipes(embedded.api) },
      { ...remote, known: await signedRecipes(remote.api) },
    ];
    const named = new Set(worlds.flatMap(({ known }) => Object.keys(known)));
    expect([...named]).to.have.members([...embedded.document.operations]);

    const total = worlds.reduce((sum, { known }) => sum + Object.keys(known).length, 0);
    const rounds = Math.max(SUCCESSES, Math.ceil(CALLS / 2 / total));
    let sent = 0;
    for (const { document, known } of worlds) {
      for (const [operation, recipe] of Object.entries(known)) {
        let succeeded = 0;
        for (const [round, sample] of fc.sample(recipe.valid, { numRuns: rounds, seed: SEED }).entries()) {
          const send = async (call: Request) => {
            sent += 1;
            return await document.send({ ...call, operation }).catch((error: unknown) => {
              throw new Error(`${operation} with ${shown(call)} ${String(error)}`, { cause: error });
            });
          };
          if ((await send(await ready(recipe, sample))) < 400) succeeded += 1;
          const call = { ...(await ready(recipe, sample)), operation };
          for (const bad of fc.sample(mutated(call), { numRuns: 1, seed: SEED + round })) await send(bad);
        }
        expect(succeeded, `successes of ${operation}`).to.be.at.least(SUCCESSES);
      }
    }
    expect(sent).to.be.at.least(CALLS);
  }).timeout(240_000);
});

async function ready({ prepare }: Recipe, sample: Request): Promise<Request> {
  const instead = await prepare?.(sample);
  return isRequest(instead) ? instead : sample;
}

function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && !('status' in value);
}

function shown(call: Omit<Call, 'operation'>): string {
  const text = JSON.stringify(call, (_, value) =>
    value instanceof Uint8Array ? `${value.length} bytes` : value,
  );
  return text.slice(0, 1_500);
}
