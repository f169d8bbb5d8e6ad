import fc from 'fast-check';
import { type Api, CREATOR, UPLOAD } from '../api.ts';
import { anyCid, type Recipe, type Request } from './recipe.ts';

/** Recipes for what the operator serves. */
export function offerRecipes(api: Api): Record<string, Recipe> {
  const headers = api.asOperator;
  const asked = fc
    .record({ raw: fc.uuid(), query: fc.record({ creator: fc.constant(CREATOR) }, { requiredKeys: [] }) })
    .map((call): Request => ({ ...call, raw: `offered: ${call.raw}`, headers }));
  /** Published, and here or gone again. */
  async function listed({ raw = '', query }: Request, isHere: boolean): Promise<Request> {
    const { cid } = (await api.upload(raw, UPLOAD)).body.meta as { cid: string };
    if (!isHere) await api.remove(cid, CREATOR);
    return { params: { cid }, headers, ...(query && { query }) };
  }
  const sized = fc.record(
    { max_size: fc.integer({ min: 100, max: 10 ** 9 }).map(String) },
    { requiredKeys: [] },
  );
  return {
    'PUT /offers/{cid}': {
      valid: fc.tuple(asked, sized).map(([call, query]) => ({ ...call, query: { ...call.query, ...query } })),
      prepare: async (call) => ({ ...(await listed(call, false)), raw: call.raw ?? '' }),
    },
    'POST /offers/{cid}': { valid: asked, prepare: (call) => listed(call, true) },
    'DELETE /offers/{cid}': {
      valid: asked,
      async prepare(call) {
        const ready = await listed(call, true);
        await api.call('POST', `/offers/${ready.params?.cid}`, { headers });
        return ready;
      },
    },
  };
}

/** Recipes for what the operator takes off the host: contents that no other call is about. */
export function takedownRecipes(api: Api): Record<string, Recipe> {
  const call = (query: fc.Arbitrary<Record<string, string>>) =>
    fc
      .record({ params: fc.record({ cid: anyCid }), query })
      .map((one): Request => ({ ...one, headers: api.asOperator }));
  const who = { by: fc.constantFrom('ann', 'bob') };
  const why = { reason: fc.constantFrom('Court order 12/2026', 'x'.repeat(1_000)) };
  return {
    'GET /takedowns/{cid}': { valid: call(fc.constant({})) },
    'PUT /takedowns/{cid}': { valid: call(fc.record({ ...who, ...why }, { requiredKeys: [] })) },
    'DELETE /takedowns/{cid}': { valid: call(fc.record(who, { requiredKeys: [] })) },
  };
}
