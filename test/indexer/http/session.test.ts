import { expect } from 'chai';
import { parseEther, ZeroAddress } from 'ethers';
import express from 'express';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { createSignIn } from '../../../indexer/auth/sign-in.ts';
import { knownWallet } from '../../../indexer/http/middleware/session.ts';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import { listen } from '../../../indexer/http/server/listen.ts';
import { testWallet } from '../../wallets.ts';
import {
  type Answer,
  type Api,
  CREATOR,
  expectProblem,
  PROVIDER,
  REPORT,
  SITE,
  startApi,
  UPLOAD,
  VIEWER,
} from './api.ts';

type Headers = Record<string, string>;
type Row = Record<string, unknown>;

const DAY = 86_400;

/** Every endpoint that needs a session, with a request that only the session is in the way of. */
interface Endpoint {
  name: string;
  /** Of the test account for whom it acts. */
  index: number;
  wallet: string;
  field: string;
  /** Whether the request names its wallet before the session is looked at. */
  isKnown: boolean;
  send(headers: Headers): Promise<Answer>;
}

describe('a call that needs a session', () => {
  let api: Api;
  let cid: string;
  /** Media that its creator may take away. */
  let published: string;
  let oldFilm: string;
  let laterSec = 0;
  let untouched: Awaited<ReturnType<Api['state']>>;

  before(async () => {
    api = await startApi({
      remote: true,
      env: { STORAGE: 'ipfs,ethstorage' },
      nowSec: () => Math.floor(Date.now() / 1_000) + laterSec,
    });
    const staged = await api.upload('a video', UPLOAD, await api.signedIn(1));
    cid = String((staged.body.meta as Row).cid);
    // A listing and a stream, by the wallets themselves, for what is reported.
    const terms = { pricePerUnit: parseEther('0.001'), providerShareBps: 3_000, unit: 0 };
    const content = { cid: REPORT.cid, token: ZeroAddress, ...terms, name: 'Sample Video', metadata: '' };
    await (await api.as(1).publish(content)).wait();
    published = await publishedFilm('a film');
    oldFilm = await publishedFilm('an old film');
    await api.settled();
    const [listing] = (await api.get(`/contents/${REPORT.cid}`)).body.contents as Row[];
    await (await api.as(2).registerStream(String(listing?.content_id), 'https://stream.example.org/')).wait();
    untouched = await api.state();
  });
  afterEach(() => {
    laterSec = 0;
  });
  after(() => api.stop());

  async function publishedFilm(text: string): Promise<string> {
    const answer = await api.upload(text, UPLOAD, await api.signedIn(1));
    await api.publishBy(answer);
    return String((answer.body.meta as Row).cid);
  }

  const endpoints: Endpoint[] = [
    {
      name: 'POST /upload-content',
      index: 1,
      wallet: CREATOR,
      field: 'content_creator_wallet',
      isKnown: false,
      send: (headers) => api.upload('another video', UPLOAD, headers),
    },
    {
      name: 'POST /upload-content-web3',
      index: 1,
      wallet: CREATOR,
      field: 'content_creator_wallet',
      isKnown: false,
      send: (headers) => api.uploadOnChain('a video for a chain', UPLOAD, headers),
    },
    {
      name: 'DELETE /media/{cid}',
      index: 1,
      wallet: CREATOR,
      field: 'content_creator_wallet',
      isKnown: true,
      send: (headers) => api.remove(published, CREATOR, headers),
    },
    {
      name: 'DELETE /delete-content_web3/{cid}',
      index: 1,
      wallet: CREATOR,
      field: 'content_creator_wallet',
      isKnown: true,
      send: (headers) => {
        const body = { content_creator_wallet: CREATOR };
        return api.send('DELETE', `/delete-content_web3/${oldFilm}`, body, headers);
      },
    },
    {
      name: 'POST /api/record-view',
      index: 3,
      wallet: VIEWER,
      field: 'blockchain_address',
      isKnown: true,
      send: (headers) => api.post('/api/record-view', REPORT, headers),
    },
    {
      name: 'GET /wallets/{wallet}/uploads',
      index: 1,
      wallet: CREATOR,
      field: 'wallet',
      isKnown: true,
      send: (headers) => api.get(`/wallets/${CREATOR}/uploads`, headers),
    },
    {
      name: 'DELETE /wallets/{wallet}/uploads/{cid}',
      index: 1,
      wallet: CREATOR,
      field: 'wallet',
      isKnown: true,
      send: (headers) => api.call('DELETE', `/wallets/${CREATOR}/uploads/${cid}`, { headers }),
    },
    {
      name: 'GET /vouchers',
      index: 0,
      wallet: testWallet(0).address,
      field: 'Authorization',
      isKnown: true,
      send: (headers) => api.get('/vouchers', headers),
    },
    {
      name: 'POST /vouchers/claim',
      index: 0,
      wallet: testWallet(0).address,
      field: 'Authorization',
      isKnown: true,
      send: (headers) => api.call('POST', '/vouchers/claim', { headers }),
    },
    {
      name: 'GET /key-requests',
      index: 0,
      wallet: testWallet(0).address,
      field: 'Authorization',
      isKnown: true,
      send: (headers) => api.get('/key-requests', headers),
    },
    {
      name: 'GET /disk',
      index: 0,
      wallet: testWallet(0).address,
      field: 'Authorization',
      isKnown: true,
      send: (headers) => api.get('/disk', headers),
    },
  ];

  const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
  const tokenOf = async (index: number) => String((await api.signedIn(index)).authorization).slice(7);
  /** A session of the right wallet, but of a host with other keys or on another chain. */
  async function foreignToken(index: number, change: { secret?: string; chainId?: number }): Promise<string> {
    const elsewhere = createSignIn({
      origins: [SITE],
      chainId: 31_337,
      secret: 'for the tests of the host and for nothing else',
      sessionSec: DAY,
      book: api.deps.book,
      counters: { claim: async () => true },
      checkSignature: async (_account, _digest, signature) => signature,
      nowSec: api.deps.nowSec,
      ...change,
    });
    const { message } = elsewhere.offer(api.wallet(index).address);
    return (await elsewhere.signIn(String(message), '0x')).token;
  }

  const refusals: [what: string, code: Code, headers: (endpoint: Endpoint) => Promise<Headers> | Headers][] =
    [
      ['no session', 'sign_in_required', () => ({})],
      ['a password', 'sign_in_required', () => ({ authorization: 'Basic dXNlcjpzZWNyZXQ=' })],
      [
        'a token without its kind',
        'sign_in_required',
        async ({ index }) => ({ authorization: await tokenOf(index) }),
      ],
      ['a word for a token', 'session_invalid', () => bearer('let-me-in')],
      [
        'a session that is over',
        'session_expired',
        async ({ index }) => {
          const token = await tokenOf(index);
          laterSec = DAY + 1;
          return bearer(token);
        },
      ],
      ['a cut token', 'session_invalid', async ({ index }) => bearer((await tokenOf(index)).slice(0, -2))],
      [
        "another wallet's token with the right name put in",
        'session_invalid',
        async ({ wallet }) => {
          const token = await tokenOf(4);
          const [head, , signature] = token.split('.');
          return bearer(`${head}.${encoded({ ...decodeJwt(token), sub: wallet })}.${signature}`);
        },
      ],
      [
        'a token that nobody signed (alg none)',
        'session_invalid',
        async ({ index }) => bearer(new UnsecuredJWT(decodeJwt(await tokenOf(index))).encode()),
      ],
      [
        'a token that is signed with a key anybody could guess',
        'session_invalid',
        async ({ index }) => {
          const claims = new SignJWT(decodeJwt(await tokenOf(index)));
          return bearer(await claims.setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)));
        },
      ],
      [
        'a session of a host with another secret',
        'session_invalid',
        async ({ index }) =>
          bearer(await foreignToken(index, { secret: 'another secret of at least 32 characters' })),
      ],
      [
        'a session on another chain',
        'session_invalid',
        async ({ index }) => bearer(await foreignToken(index, { chainId: 11_155_111 })),
      ],
    ];

  for (const endpoint of endpoints) {
    describe(endpoint.name, () => {
      for (const [what, code, headers] of refusals) {
        it(`refuses ${what} as ${code}, shows what to sign, and changes nothing`, async () => {
          const answer = await endpoint.send(await headers(endpoint));
          const { sign_in } = expectProblem(answer, 401, code);
          expect(answer.headers.get('www-authenticate')).to.match(/^Bearer realm="stream-host"/);
          const { message, nonce } = sign_in as Row;
          expect(nonce).to.match(/^[0-9a-f]{72}$/);
          if (endpoint.isKnown) expect(message).to.contain(`${endpoint.wallet}\n`);
          else expect(message).to.equal(null);
          laterSec = 0;
          expect(await api.state()).to.deep.equal(untouched);
        });
      }

      it("refuses another wallet's session as wallet_mismatch, shows what to sign, and changes nothing", async () => {
        const answer = await endpoint.send(await api.signedIn(4));
        const { sign_in } = expectProblem(answer, 403, 'wallet_mismatch', endpoint.field);
        expect((sign_in as Row).message).to.contain(`${endpoint.wallet}\n`);
        expect(await api.state()).to.deep.equal(untouched);
      });
    });
  }

  describe('by the right wallet', () => {
    it('is answered, once it has signed what the refusal shows', async () => {
      for (const { name, index, wallet, send } of endpoints) {
        const { sign_in } = (await send(await api.signedIn(4))).body;
        const message = String((sign_in as Row).message);
        const signature = await api.wallet(index).signMessage(message);
        const { body } = await api.post('/auth/sign-in', { message, signature });
        expect(body.wallet).to.equal(wallet);
        expect((await send(bearer(String(body.token)))).status, name).to.be.oneOf([200, 202]);
      }
      const { body } = await api.get(`/api/get-records/viewer/${VIEWER}`);
      expect((body.records as Row[])[0]).to.include({ provider_wallet: PROVIDER, source: 'reported' });
    });
  });

  it('is known by its wallet to what counts by wallet, where the session holds', async () => {
    const app = express().use(knownWallet(api.deps.signIn));
    app.get('/', (_req, res) => void res.json({ wallet: res.locals.wallet ?? null }));
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    const walletOf = async (headers: Headers) => (await fetch(server.url, { headers })).json();
    expect(await walletOf(await api.signedIn(1))).to.deep.equal({ wallet: CREATOR });
    for (const headers of [{}, bearer('let-me-in'), { authorization: 'Basic dXNlcjpzZWNyZXQ=' }]) {
      expect(await walletOf(headers)).to.deep.equal({ wallet: null });
    }
    await server.close();
  });

  it('is documented with its session', async () => {
    const document = (await api.get('/openapi.json')).body as {
      paths: Record<string, Record<string, { security?: object[] }>>;
      components: { securitySchemes: Record<string, unknown> };
    };
    const secured = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { security = [] }]) => security.some((way) => 'session' in way))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    // Where another wallet finds nothing, whatever it signs: protected-staging.test.ts, resumable-staging.test.ts,
    // secrets.test.ts.
    const owned = [
      'GET /uploads/{id}',
      'GET /contents/{cid}/secret',
      'PUT /contents/{cid}/secret',
      'GET /contents/{cid}/key-grants',
      ...['POST /uploads', 'HEAD /uploads/{id}', 'PATCH /uploads/{id}', 'DELETE /uploads/{id}'],
      ...['PUT /uploads/{id}/poster', 'PUT /uploads/{id}/captions/{language}'],
    ];
    const found = [...endpoints.map(({ name }) => name), ...owned];
    expect(secured).to.have.members(found);
    expect(document.components.securitySchemes.session).to.include({ type: 'http', scheme: 'bearer' });
  });
});

function encoded(json: unknown): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
