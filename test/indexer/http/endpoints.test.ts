import { expect } from 'chai';
import { parseEther, Wallet, ZeroAddress, ZeroHash } from 'ethers';
import { CODES } from '../../../indexer/http/problems/codes.ts';
import { signReceipt } from '../../../indexer/playback/keys/receipts.ts';
import { VOUCHER_TYPES } from '../../../indexer/playback/sale/voucher.ts';
import { jpeg } from '../../packager/pictures.ts';
import { receiptJson } from '../playback/probes/cheating.ts';
import {
  bytes,
  CREATOR,
  PROVIDER,
  PUBLICATION,
  REGISTRATION,
  REPORT,
  SITE,
  UPLOAD,
  useApi,
  VIEWER,
} from './api.ts';
import { channelRecipes, TOKEN } from './fuzz/channel-calls.ts';
import type { Request } from './fuzz/recipe.ts';
import { granting } from './granting.ts';
import { demanded } from './playing.ts';
import { newVideo, PROTECTED, protecting } from './protecting.ts';
import { hashOf } from './selling.ts';
import { tusOn } from './tus.ts';

type Row = Record<string, unknown>;

interface Operation {
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}

describe('every endpoint', () => {
  const api = useApi({ env: { KNOWN_TOKENS: TOKEN } });
  let paths: Record<string, Record<string, Operation>>;
  let document: Row;

  before(async () => {
    document = (await api.get('/openapi.json')).body;
    paths = document.paths as typeof paths;
  });

  it('answers what its schema promises, once round the circle', async () => {
    const { body } = await api.upload('a video', UPLOAD);
    const { cid } = body.meta as { cid: string };
    const { body: registered } = await api.post('/register', { ...REGISTRATION, cid });
    const { content_id } = registered.server as { content_id: string };
    const price = parseEther('0.001');
    await api.as(3).payView(content_id, PROVIDER, 1, price, { value: price });
    await api.post('/api/record-view', { ...REPORT, cid });
    const named = [PROVIDER, ZeroAddress, CREATOR, ZeroHash] as const;
    await api.as(3).open(...named, price, { value: price });
    const [provider, token, authorizer, salt] = named;
    const channel = await api.as(3).channelIdOf({ viewer: VIEWER, provider, token, authorizer, salt });
    await api.settled();
    for (const path of [
      '/contents',
      `/contents/${cid}`,
      '/streams',
      `/streams/${cid}`,
      `/wallets/${PROVIDER}/streams`,
      `/wallets/${PROVIDER}/earnings`,
      `/wallets/${PROVIDER}/earnings/contents`,
      `/wallets/${UPLOAD.content_creator_wallet}/earnings/providers`,
      `/wallets/${PROVIDER}/channels`,
      `/channels/${channel}`,
      `/api/get-records/cid/${cid}`,
      `/api/get-records/provider/${PROVIDER}`,
      `/api/get-records/viewer/${VIEWER}`,
      `/api/get-records/creator/${UPLOAD.content_creator_wallet}`,
      '/chain',
      `/oembed?url=${encodeURIComponent(`${SITE}/watch/${cid}`)}`,
      `/get_stream_by_cid/${cid}`,
      `/get_list_stream_by_cid/${cid}`,
      '/get_all_streams_by_cid',
      '/get_all_streams_by_uid',
      `/get_list_stream_by_wallet/${PROVIDER}`,
      `/get_stream_by_wallet_cid/${PROVIDER}/${cid}`,
      `/meta/get_metadata/${cid}`,
      '/meta/get_all_metadata',
      '/healthz',
    ]) {
      expect((await api.get(path)).status, path).to.equal(200);
    }
    expect((await api.ready()).status).to.equal(200);
    await callsOfWallet();
    await callsOfPayer(cid, content_id, price);
    await callsOfViewer();
    await api.post('/deregister', { cid, content_distributor_wallet: PROVIDER });
    const owner = { content_creator_wallet: CREATOR };
    await api.post('/contents', PUBLICATION);
    await api.send('PATCH', `/contents/${PUBLICATION.cid}`, { ...owner, terms: PUBLICATION.terms });
    await api.send('DELETE', `/contents/${PUBLICATION.cid}`, owner);
    await callsOfOperator(cid);
    await api.uploadOnChain('a film', UPLOAD);
    await api.remove(cid, CREATOR);
    const video = await protecting(api).packaged(await newVideo(6), { ...PROTECTED, serve: true });
    await keyOf(video);
    const captions = [{ language: 'de', label: 'Deutsch' }];
    const path = await tusOn(api).begun(9, { ...PROTECTED, captions });
    await api.call('PUT', `${path}/captions/de`, { body: 'WEBVTT\n\n00:01.000 --> 00:02.000\nJa\n' });
    await api.call('PUT', `${path}/poster`, { body: jpeg() });
    await callsOfCreator(video);
    await callOfCheated(video);
    await api
      .upload('a video, again', UPLOAD)
      .then(({ body }) => api.call('DELETE', `/delete-content_web3/${(body.meta as { cid: string }).cid}`));
    const withSchema = api.routes.filter(({ answer }) => answer !== null).map(({ name }) => name);
    expect([...api.answered]).to.have.members(withSchema);
  });

  async function keyOf({ cid, result }: { cid: string; result: Row | null }): Promise<void> {
    const content_id = String((result?.meta as Row | undefined)?.content_id);
    const amount = parseEther('0.01');
    const key = Wallet.createRandom();
    const [provider, channel] = [
      api.deps.provider?.wallet ?? '',
      [ZeroAddress, key.address, ZeroHash] as const,
    ];
    await api.as(3).open(provider, ...channel, amount, { value: amount });
    const named = { viewer: VIEWER, provider, token: ZeroAddress, authorizer: key.address, salt: ZeroHash };
    const channelId = await api.as(3).channelIdOf(named);
    await api.settled();
    const items = [{ contentId: content_id, units: 1, unitPrice: parseEther('0.001') }];
    const voucher = { channelId, epoch: 1, seq: 0, items };
    const { chainId, contract: verifyingContract } = api.chain.facts;
    const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract };
    const signature = await key.signTypedData(domain, VOUCHER_TYPES, voucher);
    const sent = { ...voucher, items: [[content_id, '1', String(parseEther('0.001'))]] };
    const body = { units: [0], voucher: sent, signature };
    const headers = { 'content-type': 'application/json', prefer: 'receipt' };
    const answer = await api.call('POST', `/play/${cid}/keys`, { body: JSON.stringify(body), headers });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
  }

  async function callsOfOperator(cid: string): Promise<void> {
    const init = { headers: api.asOperator };
    await api.call('PUT', `/offers/${cid}`, { ...init, body: 'a video' });
    await api.call('POST', `/offers/${cid}`, init);
    await api.call('DELETE', `/offers/${cid}`, init);
    for (const method of ['GET', 'PUT', 'DELETE']) await api.call(method, `/takedowns/${cid}`, init);
    expect((await api.get('/vouchers', api.asOperator)).status).to.equal(200);
    expect((await api.get('/disk', api.asOperator)).status).to.equal(200);
    expect((await api.get('/key-requests', api.asOperator)).status).to.equal(200);
    expect((await api.call('POST', '/vouchers/claim', init)).status).to.equal(200);
  }

  async function callsOfCreator({ cid, result }: { cid: string; result: Row | null }): Promise<void> {
    const [path, session] = [`/contents/${cid}/secret`, await api.signedIn(1)];
    const { body } = await api.get(path, session);
    const headers = { ...session, 'content-type': 'application/json' };
    await api.call('PUT', path, { headers, body: JSON.stringify(body) });
    await api.send('PUT', `/offers/${cid}/secret`, body, api.asOperator);
    const keys = granting(api);
    const content = { cid, contentId: String((result?.meta as Row | undefined)?.content_id) };
    const news = { content_id: content.contentId, from: 'https://first.example', state: 'waiting' };
    await api.send('PUT', `/offers/${cid}/key-request`, news, api.asOperator);
    const by = Wallet.createRandom();
    await keys.keep(content, await keys.grant(content, { by: api.wallet(1), to: by.address }));
    await keys.ask(content, (await keys.request(content, { by, of: by.address })).body);
    expect((await keys.list(content, 1)).status).to.equal(200);
  }

  /** A stranger that serves the video has given a wrong key. */
  async function callOfCheated({ cid, result }: { cid: string; result: Row | null }): Promise<void> {
    const [cheat, contentId] = [api.wallet(4), String((result?.meta as Row | undefined)?.content_id)];
    await (await api.as(4).registerStream(contentId, `https://cheat.example.org/play/${cid}`)).wait();
    await api.settled();
    const key = Buffer.alloc(16, 7);
    const given = { contentId, unit: 0, keyHash: `0x${hashOf(key)}`, payment: ZeroHash, payer: VIEWER };
    const issuedAtSec = Math.floor(Date.now() / 1000);
    const { contract } = api.chain.facts;
    const { signature, ...receipt } = await signReceipt(cheat, { ...given, issuedAtSec }, api.chain.facts);
    const before = await api.post(`/streams/${contract}-${contentId}-${cheat.address}/look`, {
      stream_url: 'http://127.0.0.1:9/away',
    });
    expect(before.body).to.include({ state: 'silent' });
    const body = { receipt: receiptJson(receipt), signature, key: key.toString('base64') };
    const answer = await api.post(`/streams/${contract}-${contentId}-${cheat.address}/proofs`, body);
    expect(answer.status, JSON.stringify(answer.body)).to.be.oneOf([200, 201]);
  }

  /** What only a wallet that is signed in may ask, about an upload that waits. */
  async function callsOfWallet(): Promise<void> {
    const wallet = UPLOAD.content_creator_wallet;
    const upload = await api.deps.staging.begin({ wallet, client: '127.0.0.1', expectedBytes: 0 });
    const { cid } = await api.deps.storage.add(upload.metered(bytes('staged')), {
      beforeKept: (media) => upload.beforeKept(media, { videoName: 'Sample', isPaid: false }),
    });
    await upload.stage();
    const session = await api.signedIn(1);
    expect((await api.get(`/wallets/${wallet}/uploads`, session)).status).to.equal(200);
    const removed = await api.call('DELETE', `/wallets/${wallet}/uploads/${cid}`, { headers: session });
    expect(removed.status).to.equal(200);
  }

  /** What this host itself sells. */
  async function callsOfPayer(cid: string, contentId: string, price: bigint): Promise<void> {
    const { provider } = api.deps;
    if (provider === null) throw new Error('nobody provides');
    await api.as(0).registerStream(contentId, provider.playUrl(cid));
    await (await api.as(3).payView(contentId, provider.wallet, 1, price, { value: price })).wait();
    await api.settled();
    const { extra } = demanded((await fetch(`${api.url}/play/${cid}`)).headers).accepts[0] ?? {};
    const { audience, types, domain } = extra?.access ?? expect.fail('nothing is sold');
    const body = { account: VIEWER, provider: provider.wallet, audience, nonce: ZeroHash };
    const expiresAtSec = Math.floor(Date.now() / 1000) + 60;
    const signature = await api.wallet(3).signTypedData(domain, types, { ...body, contentId, expiresAtSec });
    const sent = { ...body, content_id: contentId, expires_at_sec: expiresAtSec, signature };
    expect((await api.post(`/play/${cid}/access`, sent)).status).to.equal(200);
    await (await api.as(0).deregisterStream(contentId)).wait();
  }

  /** Into a channel and out of it, without coin for gas. */
  async function callsOfViewer(): Promise<void> {
    for (const [operation, { prepare }] of Object.entries(await channelRecipes(api))) {
      const call = (await prepare?.({ json: { amount: 5 } })) as Request;
      const path = operation.replace('POST ', '').replace('{id}', call.params?.id ?? '');
      expect((await api.post(path, call.json)).status, operation).to.be.oneOf([200, 201]);
    }
  }

  it('stands in /openapi.json, with its parameters and answers', () => {
    expect(document.openapi).to.equal('3.1.0');
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented).to.have.members(api.routes.map(({ name }) => name));
    for (const { method, path } of api.routes) {
      const operation = paths[path]?.[method];
      const inPath = operation?.parameters?.filter((parameter) => parameter.in === 'path') ?? [];
      expect(inPath.map(({ name }) => `{${name}}`)).to.deep.equal(path.match(/\{\w+\}/g) ?? []);
      expect(operation?.responses).to.include.keys('500');
      expect(Object.keys(operation?.responses ?? {}).filter((status) => /^2/.test(status))).to.not.be.empty;
    }
  });

  it('has only references in /openapi.json that lead somewhere, and examples for all required fields', () => {
    const { schemas } = document.components as { schemas: Record<string, Row> };
    const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? [];
    for (const reference of references) expect(schemas).to.have.property(reference.split('/').at(-1) ?? '');
    for (const name of [
      'Registration',
      'Deregistration',
      'Publication',
      'ChangeOfTerms',
      'Retirement',
      'UploadMeta',
      'ViewReport',
    ]) {
      const { required, properties } = schemas[name] as {
        required: string[];
        properties: Record<string, Row>;
      };
      for (const field of required) expect(properties[field], `${name}.${field}`).to.have.property('example');
    }
  });

  it('documents the multipart form and the JSON bodies', () => {
    expect(paths['/upload-content']?.post?.requestBody?.content).to.have.keys('multipart/form-data');
    expect(paths['/register']?.post?.requestBody?.content).to.have.keys('application/json');
  });

  it('documents the messages of live updates, and where an answer that is known is 304', () => {
    const events = paths['/events']?.get;
    expect(events?.responses[200]?.content).to.have.keys('text/event-stream');
    const names = events?.parameters?.map((parameter) => `${parameter.in} ${parameter.name}`);
    expect(names).to.have.members([
      'query kind',
      'query cid',
      'query wallet',
      'query last_event_id',
      'header last-event-id',
    ]);
    const { LiveEvent, ViewRecordedEvent } = (document.components as { schemas: Record<string, Row> })
      .schemas;
    expect(JSON.stringify(LiveEvent)).to.contain('#/components/schemas/ViewRecordedEvent');
    expect(JSON.stringify(ViewRecordedEvent))
      .to.contain('view.recorded')
      .and.to.contain('#/components/schemas/Record');
    const kept = ['/contents', '/streams/{cid}', '/api/get-records/viewer/{wallet}'];
    for (const path of kept) expect(paths[path]?.get?.responses, path).to.include.keys('304');
    expect(paths['/healthz']?.get?.responses).to.not.include.keys('304');
  });

  it('answers another method with 405 and says which it takes', async () => {
    for (const [path, allow] of [
      ['/register', 'POST'],
      ['/contents', 'GET, HEAD, POST'],
      ['/contents/x', 'DELETE, GET, HEAD, PATCH'],
      ['/streams/x', 'GET, HEAD'],
      ['/healthz', 'GET, HEAD'],
      ['/ipfs/x', 'GET, HEAD'],
      ['/play/x', 'GET, HEAD'],
      ['/play/~x/y', 'GET, HEAD'],
      ['/play/x/access', 'POST'],
    ] as const) {
      const answer = await api.call('PUT', path);
      expect(answer.status, path).to.equal(405);
      expect(answer.headers.get('allow')).to.equal(allow);
      expect(answer.body.code).to.equal('method_not_allowed');
    }
  });

  it('that reads answers HEAD as GET, without the body', async () => {
    const head = await fetch(`${api.url}/contents`, { method: 'HEAD' });
    const get = await fetch(`${api.url}/contents`);
    expect(head.status).to.equal(200);
    expect(head.headers.get('content-length')).to.equal(String((await get.arrayBuffer()).byteLength));
    expect(await head.text()).to.equal('');
  });

  it('keeps its answers out of caches, or has them asked for each time', async () => {
    for (const [path, expected] of [
      ['/chain', 'no-store'],
      [`/wallets/${PROVIDER}/earnings`, 'no-cache'],
      ['/nowhere', 'no-store'],
      ['/contents', 'no-cache'],
    ] as const) {
      expect((await api.get(path)).headers.get('cache-control'), path).to.equal(expected);
    }
  });

  describe('/docs', () => {
    const text = async (path: string) => {
      const answer = await fetch(api.url + path);
      expect(answer.status, path).to.equal(200);
      return await answer.text();
    };

    it('is Swagger UI, all of it from this host', async () => {
      const page = await text('/docs');
      const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => String(file));
      expect(files).to.include('swagger-ui-bundle.js');
      for (const file of files) {
        expect(file).to.not.match(/^(https?:)?\/\//);
        expect(await text(`/docs/${file}`)).to.not.equal('');
      }
      expect(await text('/docs/start.js')).to.contain("'../openapi.json'");
    });

    it('lists every code of a problem, at the address its type names', async () => {
      const page = await text('/docs/problems');
      for (const code of Object.keys(CODES)) expect(page).to.contain(`id="${code}"`);
      const { body } = await api.get('/nowhere');
      expect(body).to.include({ type: '/docs/problems#not_found', code: 'not_found', status: 404 });
    });
  });
});
