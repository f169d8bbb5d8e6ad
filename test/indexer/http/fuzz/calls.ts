import { getAddress, hexlify, ZeroAddress, ZeroHash, zeroPadValue } from 'ethers';
import fc from 'fast-check';
import { isBlank, unreadable } from '../../../../indexer/http/schemas/fields/text.ts';
import type { Unit } from '../../../../indexer/lib/unit.ts';
import { type Api, bytes, CREATOR, OTHER, PROVIDER, REGISTRATION, SITE, UPLOAD, VIEWER } from '../api.ts';
import { channelRecipes } from './channel-calls.ts';
import { keyRecipes } from './key-calls.ts';
import { offerRecipes, takedownRecipes } from './offer-calls.ts';
import { playRecipes } from './play-calls.ts';
import { protectedRecipes, protection } from './protected-calls.ts';
import { anyCid, type Recipe, type Request } from './recipe.ts';
import { resumableRecipes } from './resumable-calls.ts';

export const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => getAddress(hexlify(bytes)));
const wallet = fc.oneof(fc.constantFrom(CREATOR, PROVIDER, VIEWER, OTHER), address);
export const signer = fc.constantFrom(CREATOR, PROVIDER, VIEWER, OTHER);
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => unreadable(text) === null && !isBlank(text));
const limit = fc.integer({ min: 1, max: 1_000 }).map(String);
const shares = fc
  .integer({ min: 0, max: 10_000 })
  .map((bps) => ({ creator_share: bps / 100, provider_share: (10_000 - bps) / 100 }));
const price = fc.oneof(
  fc.integer({ min: 1, max: 10 ** 12 }).map((units) => `0.${String(units).padStart(18, '0')}`),
  fc.constantFrom(0.001, 1, '2.5', '4722'),
);
const day = fc
  .integer({ min: 0, max: 10_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const days = fc.tuple(day, day).map(([a, b]) => ({ start_date: a < b ? a : b, end_date: a < b ? b : a }));
const port = fc.integer({ min: 1, max: 65_535 });

export const offer = fc
  .record({ video_name: name, content_creator_wallet: signer, price, shares })
  .map(({ shares: parts, ...rest }) => ({ ...rest, ...parts }));
const registration = fc
  .record({ offer, cid: anyCid, provider: signer, port })
  .map(({ offer: terms, cid, provider, port: at }) => ({
    ...terms,
    cid,
    content_distributor_wallet: provider,
    stream_url: `http://localhost:${at}/stream`,
  }));

/** A recipe for every operation. */
export async function recipes(api: Api): Promise<Record<string, Recipe>> {
  const stored = await Promise.all(
    ['one', 'two', 'three'].map(async (content) => {
      const { body } = await api.upload(content, UPLOAD);
      const { cid } = body.meta as { cid: string };
      await api.post('/register', { ...REGISTRATION, cid });
      return cid;
    }),
  );
  const channels: string[] = [];
  for (const salt of [ZeroHash, zeroPadValue('0x01', 32)]) {
    const viewer = api.as(3);
    await viewer.open(PROVIDER, ZeroAddress, OTHER, salt, 1n, { value: 1n });
    const channel = { viewer: VIEWER, provider: PROVIDER, token: ZeroAddress, authorizer: OTHER, salt };
    channels.push(await viewer.channelIdOf(channel));
  }
  await api.settled();
  const known = fc.constantFrom(...stored);
  const cid = fc.oneof(known, anyCid);
  const page = fc.record({ limit }, { requiredKeys: [] });
  const byWallet: Recipe = { valid: fc.record({ params: fc.record({ wallet }) }) };
  const byKnownCid: Recipe = { valid: fc.record({ params: fc.record({ cid: known }) }) };
  const records = {
    query: fc.tuple(page, fc.oneof(days, fc.constant({}))).map(([a, b]) => ({ ...a, ...b })),
  };
  const recordsByWallet: Recipe = { valid: fc.record({ params: fc.record({ wallet }), ...records }) };
  const media: Recipe = {
    valid: fc.record({
      params: fc.record({ cid: known }),
      query: fc.record({ filename: name, download: fc.constantFrom('true', 'false') }, { requiredKeys: [] }),
      headers: fc.record(
        { range: fc.constantFrom('bytes=0-', 'bytes=1-1', 'bytes=-2') },
        { requiredKeys: [] },
      ),
    }),
  };
  async function* entries() {
    for (const path of ['one', 'two']) yield { path, content: bytes(path) };
  }
  const directory = (await api.deps.storage.addDirectory(entries())).cid;
  const below: Recipe = {
    valid: fc.record({
      params: fc.record({ cid: fc.constant(directory), path: fc.constantFrom('one', 'two') }),
    }),
  };
  const removal: Recipe = {
    valid: fc.record({ unique: fc.uuid(), creator: signer }).map(({ unique, creator }) => ({
      form: { file: unique },
      json: { content_creator_wallet: creator },
    })),
    async prepare({ form, json }) {
      const { body } = await api.upload(`gone: ${form?.file}`, { ...UPLOAD, ...(json as object) });
      return { params: { cid: (body.meta as { cid: string }).cid }, json };
    },
  };
  const nothing: Recipe = { valid: fc.constant({}) };

  return {
    'GET /contents': {
      valid: fc.record({
        query: fc.record(
          { search: name, creator: wallet, min_price: price.map(String), limit },
          { requiredKeys: [] },
        ),
      }),
    },
    ...(await protectedRecipes(api)),
    'GET /contents/{cid}': byKnownCid,
    'POST /upload-content': {
      valid: fc
        .tuple(fc.uuid(), fc.uint8Array({ maxLength: 3_000 }), offer, fc.boolean(), protection)
        .map(([unique, bytes, terms, serve, more]) => ({
          form: {
            json_data: JSON.stringify({ ...terms, serve, ...more }),
            file: Buffer.concat([Buffer.from(unique), bytes]),
          },
        })),
    },
    'POST /upload-content-web3': {
      valid: fc.tuple(fc.uuid(), offer).map(([unique, terms]) => ({
        form: { file: Buffer.from(unique), json_data: JSON.stringify(terms) },
      })),
    },
    'DELETE /media/{cid}': removal,
    'DELETE /delete-content_web3/{cid}': removal,
    'POST /register': { valid: fc.record({ json: registration }) },
    'POST /deregister': {
      valid: fc.record({ cid: known, content_distributor_wallet: signer }).map((json) => ({ json })),
      prepare: async ({ json }) => await api.post('/register', { ...REGISTRATION, ...(json as object) }),
    },
    'POST /contents': {
      valid: fc
        .record({ cid: anyCid, offer, unit: fc.constantFrom<Unit>('view', 'day') })
        .map((given) => ({ json: publicationOf(given) })),
    },
    'PATCH /contents/{cid}': {
      valid: fc
        .record({ cid: anyCid, offer, next: fc.option(shares) })
        .map(({ cid: of, offer: { content_creator_wallet, price: cost }, next }) => ({
          params: { cid: of },
          json: { content_creator_wallet, terms: next && { ...next, price: cost } },
        })),
      prepare: async ({ params, json }) => {
        await publishFor(api, params?.cid ?? '', json);
        const { terms } = json as { terms: unknown };
        if (terms === null)
          await api.send('DELETE', `/contents/${params?.cid}`, { content_creator_wallet: creatorOf(json) });
      },
    },
    'DELETE /contents/{cid}': {
      valid: fc
        .record({ cid: anyCid, creator: signer })
        .map(({ cid: of, creator }) => ({ params: { cid: of }, json: { content_creator_wallet: creator } })),
      prepare: ({ params, json }) => publishFor(api, params?.cid ?? '', json),
    },
    'GET /auth/nonce': { valid: fc.record({ query: fc.record({ wallet }, { requiredKeys: [] }) }) },
    'POST /auth/sign-in': {
      valid: fc.integer({ min: 0, max: 9 }).map((index) => ({ json: { index } })),
      prepare: ({ json }) => signInOf(api, (json as { index: number }).index),
    },
    ...resumableRecipes(api),
    'GET /wallets/{wallet}/uploads': {
      valid: fc.constant({ params: { wallet: CREATOR } }),
      prepare: async (call) => ({ ...call, headers: await api.signedIn(1) }),
    },
    'GET /streams': { valid: fc.record({ query: page }) },
    'GET /streams/{cid}': { valid: fc.record({ params: fc.record({ cid }) }) },
    'GET /wallets/{wallet}/streams': byWallet,
    'GET /wallets/{wallet}/earnings': byWallet,
    'GET /wallets/{wallet}/earnings/contents': byWallet,
    'GET /wallets/{wallet}/earnings/providers': byWallet,
    'GET /channels/{id}': { valid: fc.record({ params: fc.record({ id: fc.constantFrom(...channels) }) }) },
    ...(await channelRecipes(api)),
    'GET /wallets/{wallet}/channels': {
      valid: fc.record({
        params: fc.record({ wallet }),
        query: fc.record(
          { role: fc.constantFrom('viewer', 'provider'), provider: wallet, limit },
          { requiredKeys: [] },
        ),
      }),
    },
    'POST /api/record-view': {
      valid: fc
        .record({
          cid: known,
          blockchain_address: address,
          timestamp: fc.integer({ min: 0, max: 1_700_000_000 }),
        })
        .map((view) => ({
          json: { ...view, provider_wallet: PROVIDER, creator_wallet: CREATOR, price: '0.001' },
        })),
    },
    'GET /api/get-records/cid/{cid}': { valid: fc.record({ params: fc.record({ cid }), ...records }) },
    'GET /api/get-records/provider/{wallet}': recordsByWallet,
    'GET /api/get-records/viewer/{wallet}': recordsByWallet,
    'GET /api/get-records/creator/{wallet}': recordsByWallet,
    'GET /ipfs/{cid}': media,
    'HEAD /ipfs/{cid}': media,
    'GET /ipfs/{cid}/{path}': below,
    'HEAD /ipfs/{cid}/{path}': below,
    ...(await playRecipes(api)),
    ...(await keyRecipes(api)),
    ...offerRecipes(api),
    ...takedownRecipes(api),
    'GET /events': {
      valid: fc.record({
        query: fc.record(
          {
            kind: fc
              .subarray(['view', 'stream', 'content'], { minLength: 1 })
              .map((kinds) => kinds.join(',')),
            cid,
            wallet,
          },
          { requiredKeys: [] },
        ),
      }),
    },
    'GET /get_stream_by_cid/{cid}': byKnownCid,
    'GET /get_list_stream_by_cid/{cid}': byKnownCid,
    'GET /get_all_streams_by_cid': nothing,
    'GET /get_all_streams_by_uid': nothing,
    'GET /get_list_stream_by_wallet/{wallet}': byWallet,
    'GET /get_stream_by_wallet_cid/{wallet}/{cid}': {
      valid: fc.record({ params: fc.record({ wallet, cid }) }),
    },
    'GET /meta/get_metadata/{cid}': byKnownCid,
    'GET /meta/get_all_metadata': nothing,
    'GET /oembed': {
      valid: fc.record({ query: fc.record({ url: known.map((of) => `${SITE}/watch/${of}`) }) }),
    },
    'GET /chain': nothing,
    'GET /abi': nothing,
    'GET /healthz': nothing,
    'GET /readyz': nothing,
    'GET /metrics': nothing,
  };
}

function publicationOf({
  cid,
  offer: { video_name, content_creator_wallet, ...terms },
  unit,
}: {
  cid: string;
  offer: { video_name: string; content_creator_wallet: string };
  unit: Unit;
}) {
  return { cid, video_name, content_creator_wallet, terms: { ...terms, unit } };
}

function creatorOf(json: unknown): string {
  return (json as { content_creator_wallet: string }).content_creator_wallet;
}

async function publishFor(api: Api, cid: string, json: unknown): Promise<void> {
  const { content_creator_wallet: _, video_name, ...terms } = UPLOAD;
  await api.post('/contents', { cid, video_name, content_creator_wallet: creatorOf(json), terms });
}

async function signInOf(api: Api, index: number): Promise<Request> {
  const signer = api.wallet(index);
  const { body } = await api.get(`/auth/nonce?wallet=${signer.address}`);
  const message = String(body.message);
  return { json: { message, signature: await signer.signMessage(message) } };
}
