import { hexlify, parseEther, randomBytes, ZeroAddress } from 'ethers';
import fc from 'fast-check';
import { type Api, PROVIDER, UPLOAD, VIEWER } from '../api.ts';
import { entries, PROTECTED } from '../gateway/server.ts';
import { demanded } from '../playing.ts';
import type { Recipe, Request } from './recipe.ts';

const PRICE = parseEther(String(UPLOAD.price));
const GOOD_FOR_SEC = 120;

/** Recipes for a file that this host sells, and that has been paid for. */
export async function playRecipes(api: Api): Promise<Record<string, Recipe>> {
  const { provider } = api.deps;
  if (provider === null) throw new Error('nobody provides');
  const { body } = await api.upload('sold here', UPLOAD);
  const { cid } = body.meta as { cid: string };
  const contentId = await api.as(1).contentIdOf(UPLOAD.content_creator_wallet, ZeroAddress, cid);
  await (await api.as(0).registerStream(contentId, provider.playUrl(cid))).wait();
  await (await api.as(3).payView(contentId, provider.wallet, 1, PRICE, { value: PRICE })).wait();
  await api.settled();
  const { extra } = demanded((await fetch(`${api.url}/play/${cid}`)).headers).accepts[0] ?? {};
  if (!extra) throw new Error('nothing is sold');
  const { audience, types, domain } = extra.access;

  async function signed(): Promise<Request> {
    const nonce = hexlify(randomBytes(32));
    const message = { account: VIEWER, provider: provider?.wallet ?? PROVIDER, audience, nonce };
    const expiresAtSec = api.deps.nowSec() + GOOD_FOR_SEC;
    const whole = { ...message, contentId, expiresAtSec };
    const signature = await api.wallet(3).signTypedData(domain, types, whole);
    const json = { ...message, content_id: contentId, expires_at_sec: expiresAtSec, signature };
    return { params: { cid }, json };
  }
  async function token(): Promise<string> {
    return String((await api.post(`/play/${cid}/access`, (await signed()).json)).body.token);
  }

  const ranges = fc.record({ range: fc.constantFrom('bytes=0-', 'bytes=1-1') }, { requiredKeys: [] });
  const asked = ranges.map((headers) => ({ headers }));
  const byHeader: Recipe = {
    valid: asked,
    prepare: async ({ headers }) => ({
      params: { cid },
      headers: { ...headers, authorization: `Bearer ${await token()}` },
    }),
  };
  const byPath: Recipe = {
    valid: asked,
    prepare: async ({ headers = {} }) => ({ params: { cid, token: await token() }, headers }),
  };
  const packaged = await api.deps.storage.addDirectory(
    entries({ 'content.json': PROTECTED, 'v0/init.mp4': 'start', 'v0/0.m4s': 'ciphertext' }),
  );
  const paths = fc.constantFrom('v0/init.mp4', 'v0/0.m4s');
  const below: Recipe = {
    valid: fc.record({ headers: ranges, path: paths }).map(({ headers, path }) => ({
      headers,
      params: { cid: packaged.cid, path, token: 'AAAAAAAAAAAAAAAAAAAAAA' },
    })),
  };
  return {
    'GET /play/{cid}/{path}': below,
    'HEAD /play/{cid}/{path}': below,
    'GET /play/~{token}/{cid}/{path}': below,
    'HEAD /play/~{token}/{cid}/{path}': below,
    'GET /play/{cid}': byHeader,
    'HEAD /play/{cid}': byHeader,
    'GET /play/~{token}/{cid}': byPath,
    'HEAD /play/~{token}/{cid}': byPath,
    'POST /play/{cid}/access': { valid: fc.constant({}), prepare: signed },
  };
}
