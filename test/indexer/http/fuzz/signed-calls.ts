import fc from 'fast-check';
import { type Api, CREATOR, PROVIDER, REPORT, UPLOAD, VIEWER } from '../api.ts';
import { authorize, waysOn } from '../signing.ts';
import { protectedRecipes } from './protected-calls.ts';
import { anyCid, type Recipe, type Request } from './recipe.ts';

const PUBLIC_URL = 'https://stream.example.org/sample-video';
const { video_name, content_creator_wallet, ...TERMS } = UPLOAD;

/** Recipes for calls that differ where every wallet speaks for itself; the creator is test account 1, and so on. */
export async function signedRecipes(api: Api): Promise<Record<string, Recipe>> {
  const sessions = await Promise.all([0, 1, 2, 3].map((index) => api.signedIn(index)));
  const bytes = fc.tuple(fc.uuid(), fc.uint8Array({ maxLength: 500 }));
  const file = bytes.map(([unique, rest]) => Buffer.concat([Buffer.from(unique), rest]));

  /** The body with the signature over what the host answers without one. */
  async function signed(index: number, method: string, path: string, json: object): Promise<Request> {
    const shown = await api.send(method, path, json);
    return { json: { ...json, ...(await authorize(api.wallet(index), waysOn(shown).typed_data)) } };
  }
  const publish = async (cid: string) => {
    const json = { cid, video_name, content_creator_wallet, terms: TERMS };
    return await signed(1, 'POST', '/contents', json);
  };
  const serve = async (cid: string) => {
    const json = { ...UPLOAD, cid, content_distributor_wallet: PROVIDER, stream_url: PUBLIC_URL };
    return await signed(2, 'POST', '/register', json);
  };
  const served = anyCid.map((cid) => ({ json: { cid } }));
  const cidOf = ({ json }: Request) => (json as { cid: string }).cid;

  const known = cidOf({ json: { cid: REPORT.cid } });
  await api.post('/contents', (await publish(known)).json);
  await api.post('/register', (await serve(known)).json);

  const uploading: Recipe = {
    valid: file.map((content) => ({
      headers: sessions[1] ?? {},
      form: { file: content, json_data: JSON.stringify(UPLOAD) },
    })),
  };
  const removal: Recipe = {
    valid: fc.uuid().map((content) => ({ form: { file: `gone: ${content}` } })),
    async prepare({ form }) {
      const answer = await api.upload(String(form?.file), UPLOAD, sessions[1]);
      const { cid } = answer.body.meta as { cid: string };
      await api.post('/contents', (await publish(cid)).json);
      return { params: { cid }, json: { content_creator_wallet }, headers: sessions[1] };
    },
  };
  return {
    ...(await protectedRecipes(api, sessions[1])),
    'POST /upload-content': uploading,
    'POST /upload-content-web3': uploading,
    'DELETE /media/{cid}': removal,
    'DELETE /delete-content_web3/{cid}': removal,
    'DELETE /wallets/{wallet}/uploads/{cid}': {
      valid: file.map((content) => ({ form: { file: content } })),
      async prepare({ form }) {
        const answer = await api.upload(form?.file as Uint8Array<ArrayBuffer>, UPLOAD, sessions[1]);
        const { cid } = answer.body.meta as { cid: string };
        return { params: { wallet: CREATOR, cid }, headers: sessions[1] };
      },
    },
    'GET /wallets/{wallet}/uploads': {
      valid: fc.constant({ params: { wallet: CREATOR }, headers: sessions[1] ?? {} }),
    },
    'POST /api/record-view': {
      valid: fc.integer({ min: 0, max: 1_700_000_000 }).map((timestamp) => ({
        headers: sessions[3] ?? {},
        json: { ...REPORT, timestamp, blockchain_address: VIEWER },
      })),
    },
    'POST /contents': { valid: served, prepare: (call) => publish(cidOf(call)) },
    'POST /register': {
      valid: served,
      async prepare(call) {
        await api.post('/contents', (await publish(cidOf(call))).json);
        return await serve(cidOf(call));
      },
    },
  };
}
