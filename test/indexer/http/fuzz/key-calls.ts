import { ZeroHash } from 'ethers';
import fc from 'fast-check';
import { signReceipt } from '../../../../indexer/playback/keys/receipts.ts';
import { receiptJson } from '../../playback/probes/cheating.ts';
import type { Api } from '../api.ts';
import { granting } from '../granting.ts';
import { hashOf, MAKER, SELLER, sellingOn } from '../selling.ts';
import type { Recipe, Request } from './recipe.ts';

/** Keys of a video that is really packaged, two of whose minutes are paid by a channel; and the vouchers for them. */
export async function keyRecipes(api: Api): Promise<Record<string, Recipe>> {
  const sale = await sellingOn(api);
  const video = await sale.packaged();
  const { cid } = video;
  const channel = await sale.open();
  const paid = await sale.signed(channel, [[video.contentId, 2]]);
  await sale.post(video, { units: [0, 1], ...paid });

  const unit = fc.constantFrom('0', '1');
  const byHeader: Recipe = {
    valid: unit.map((one) => ({ params: { cid, unit: one } })),
    prepare: async (call) => ({
      ...call,
      headers: { authorization: `Bearer ${await sale.token(video, { channel })}` },
    }),
  };
  const byPath: Recipe = {
    valid: unit.map((one) => ({ params: { cid, unit: one } })),
    prepare: async (call) => ({
      params: { ...call.params, token: await sale.token(video, { channel }) },
    }),
  };
  const secret = `/contents/${cid}/secret`;
  const ofCreator: Recipe = {
    valid: fc.constant({ params: { cid } }),
    prepare: async (call) => ({ ...call, headers: await api.signedIn(MAKER) }),
  };
  const keys = granting(api);
  const [maker, provider] = [api.wallet(MAKER), api.wallet(SELLER).address];
  const ofContent = fc.integer({ min: 60, max: 3_600 }).map((endsInSec) => ({
    params: { cid },
    json: { endsInSec },
  }));
  const endOf = ({ json }: Request) => (json as { endsInSec: number }).endsInSec;
  const grantedBy = (call: Request) => keys.grant(video, { by: maker, to: provider, endsInSec: endOf(call) });
  return {
    'GET /contents/{cid}/key-grants': ofCreator,
    'PUT /contents/{cid}/key-grants': {
      valid: ofContent,
      prepare: async (call) => ({ ...call, json: await grantedBy(call) }),
    },
    'POST /contents/{cid}/key-requests': {
      valid: ofContent,
      prepare: async (call) => {
        const { expires_at_sec, signature } = await grantedBy(call);
        const how = { by: api.wallet(SELLER), of: provider, sent: { grant: { expires_at_sec, signature } } };
        return { ...call, json: (await keys.request(video, how)).body };
      },
    },
    'GET /contents/{cid}/secret': ofCreator,
    'PUT /contents/{cid}/secret': {
      ...ofCreator,
      prepare: async (call) => {
        const headers = await api.signedIn(MAKER);
        return { ...call, headers, json: (await api.get(secret, headers)).body };
      },
    },
    'POST /streams/{id}/proofs': {
      valid: fc.record({
        json: fc.record({ unit: fc.integer({ min: 0, max: 2 }), key: fc.uint8Array({ maxLength: 64 }) }),
      }),
      prepare: async ({ json }) => {
        const { unit, key } = json as { unit: number; key: Uint8Array };
        const given = { contentId: video.contentId, unit, keyHash: `0x${hashOf(Buffer.from(key))}` };
        const paid = { payment: ZeroHash, payer: provider, issuedAtSec: 1_700_000_000 };
        const { signature, ...receipt } = await signReceipt(api.wallet(SELLER), { ...given, ...paid }, sale);
        return {
          params: { id: `${sale.contract}-${video.contentId}-${provider}` },
          json: { receipt: receiptJson(receipt), signature, key: Buffer.from(key).toString('base64') },
        };
      },
    },
    'POST /streams/{id}/look': {
      valid: fc.record({
        params: fc.constant({ id: `${sale.contract}-${video.contentId}-${provider}` }),
        json: fc.record({ stream_url: fc.webPath().map((path) => `http://127.0.0.1:9${path}`) }),
      }),
    },
    'PUT /offers/{cid}/secret': {
      ...ofCreator,
      prepare: async (call) => {
        const { body } = await api.get(secret, await api.signedIn(MAKER));
        return { ...call, headers: api.asOperator, json: body };
      },
    },
    'PUT /offers/{cid}/key-request': {
      valid: fc.record({
        params: fc.constant({ cid }),
        headers: fc.constant(api.asOperator),
        json: fc.record(
          {
            content_id: fc.constant(video.contentId),
            from: fc.webUrl({ validSchemes: ['http', 'https'] }),
            state: fc.constantFrom('waiting', 'granted', 'failed'),
            until_sec: fc.integer({ min: 0, max: 2 ** 40 }),
            reason: fc.constantFrom('Taken down.', 'x'.repeat(2_000)),
          },
          { requiredKeys: ['content_id', 'from', 'state'] },
        ),
      }),
    },
    'GET /key-requests': {
      valid: fc.record({
        query: fc.record({ limit: fc.constantFrom('1', '1000') }, { requiredKeys: [] }),
      }),
      prepare: async (call) => ({ ...call, headers: await api.signedIn(SELLER) }),
    },
    'GET /disk': {
      valid: fc.constant({}),
      prepare: async (call) => ({ ...call, headers: await api.signedIn(SELLER) }),
    },
    'GET /vouchers': {
      valid: fc.record({
        query: fc.record(
          { state: fc.constantFrom('open', 'sealed', 'claimed'), limit: fc.constantFrom('1', '1000') },
          { requiredKeys: [] },
        ),
      }),
      prepare: async (call) => ({ ...call, headers: await api.signedIn(SELLER) }),
    },
    'HEAD /play/~{token}/{cid}/keys/{unit}': byPath,
    'GET /play/~{token}/{cid}/keys/{unit}': byPath,
    'HEAD /play/{cid}/keys/{unit}': byHeader,
    'GET /play/{cid}/keys/{unit}': byHeader,
    'POST /play/{cid}/keys': {
      valid: fc.subarray([0, 1], { minLength: 1 }).map((units) => ({
        params: { cid },
        json: { units, ...paid },
      })),
    },
    // What is claimed buys nothing more: it comes last.
    'POST /vouchers/claim': {
      valid: fc.constant({}),
      prepare: async (call) => ({ ...call, headers: await api.signedIn(SELLER) }),
    },
  };
}
