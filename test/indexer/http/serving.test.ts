import { expect } from 'chai';
import type { RelayLimits } from '../../../indexer/relay/policy.ts';
import { testWallet } from '../../wallets.ts';
import {
  type Answer,
  type Api,
  CREATOR,
  eventually,
  expectProblem,
  type HostOptions,
  NATIVE,
  OPERATOR,
  OTHER,
  PUBLICATION,
  startApi,
  UPLOAD,
} from './api.ts';
import { authorize, waysOn } from './signing.ts';

const SERVED = { ...UPLOAD, serve: true };
/** A wallet that has a key of the tests, and is not the operator. */
const COLD = 6;
const COLD_WALLET = testWallet(COLD).address;

type Row = Record<string, unknown>;

function metaOf({ body }: Answer): { cid: string; content_id: string; contract: string } {
  return body.meta as ReturnType<typeof metaOf>;
}

describe('serve: true', () => {
  let api: Api;
  afterEach(() => api.stop());

  const start = async (relay: Partial<RelayLimits> = {}, options: HostOptions = {}) => {
    api = await startApi({ remote: true, relay, ...options });
  };
  const upload = async (content: string, meta: Row = SERVED, index = 1) =>
    api.upload(content, meta, await api.signedIn(index));
  const publish = (answer: Answer, index = 1) => api.publishBy(answer, index);
  const publishBySignature = async (cid: string, more: Row = {}, index = 1) => {
    const body = { ...PUBLICATION, cid, content_creator_wallet: api.wallet(index).address, ...more };
    const shown = await api.post('/contents', body);
    if (shown.status !== 401) return shown;
    const signed = await authorize(api.wallet(index), waysOn(shown).typed_data);
    return await api.post('/contents', { ...body, ...signed });
  };
  const playUrl = (cid: string) => `${api.url}/play/${cid}`;
  const streams = async (cid: string) => (await api.get(`/streams/${cid}`)).body.streams as Row[];
  const served = (cid: string) =>
    eventually(
      () => streams(cid),
      (rows) => rows.length > 0,
    );
  const wishes = async () => (await api.state()).rows.serve_wishes ?? [];

  describe('on the development chain', () => {
    it('an upload is published and served in one call, again at the same URL', async () => {
      api = await startApi();
      for (const _ of [1, 2]) {
        const answer = await api.upload('served at once', SERVED);
        expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
        const { cid } = metaOf(answer);
        expect(answer.body.stream).to.deep.equal({
          stream_url: playUrl(cid),
          content_distributor_wallet: OPERATOR,
        });
        expect((await streams(cid)).map(({ stream_url }) => stream_url)).to.deep.equal([playUrl(cid)]);
      }
      expect(await wishes()).to.deep.equal([]);
    });

    it('an upload for a second creator of the CID is refused before it is published', async () => {
      api = await startApi();
      await api.upload('listed twice', SERVED);
      const before = await api.state();
      const second = await api.upload('listed twice', { ...SERVED, content_creator_wallet: OTHER });
      expectProblem(second, 409, 'served_for_another', 'cid');
      expect(await api.state()).to.deep.equal(before);
    });

    it('without it answers are as before, and nothing is registered', async () => {
      api = await startApi();
      const answer = await api.upload('not served', UPLOAD);
      expect(answer.body).to.have.all.keys('message', 'meta');
      expect(await streams(metaOf(answer).cid)).to.deep.equal([]);
      const { body } = await api.post('/contents', { ...PUBLICATION });
      expect(body).to.have.all.keys('message', 'content');
    });

    it('POST /contents serves a file that is here, and publishes nothing where it is not', async () => {
      api = await startApi();
      const { cid } = metaOf(await api.upload('published before', UPLOAD));
      const { body } = await api.post('/contents', { ...PUBLICATION, cid, serve: true });
      expect(body.stream).to.include({ stream_url: playUrl(cid) });
      const before = await api.state();
      const absent = await api.post('/contents', { ...PUBLICATION, serve: true });
      expectProblem(absent, 404, 'media_not_found', 'cid');
      expect(await api.state()).to.deep.equal(before);
    });
  });

  describe('off the development chain', () => {
    it("is done within POST /contents, signed by the host's key, which sends once", async () => {
      await start();
      const { cid } = metaOf(await upload('by signature'));
      const before = await api.chain.provider.getTransactionCount(OPERATOR);
      const { status, body } = await publishBySignature(cid, { serve: true });
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body.stream).to.deep.equal({ stream_url: playUrl(cid), content_distributor_wallet: OPERATOR });
      // One transaction publishes, one registers.
      expect(await api.chain.provider.getTransactionCount(OPERATOR)).to.equal(before + 2);
      expect(await wishes()).to.deep.equal([]);
    });

    it("waits for the creator's own transaction, and is done when that is indexed", async () => {
      await start();
      const answer = await upload('by transaction');
      expect(answer.status).to.equal(202);
      expect(answer.body.stream).to.equal(null);
      expect(await wishes()).to.have.length(1);
      const { cid } = metaOf(answer);
      await publish(answer);
      expect((await served(cid)).map(({ stream_url }) => stream_url)).to.deep.equal([playUrl(cid)]);
      await eventually(wishes, (rows) => rows.length === 0);
      expect(await wishes()).to.deep.equal([]);
      // The same file once more: it is served already.
      const again = await upload('by transaction');
      expect(again.body.stream).to.include({ stream_url: playUrl(cid) });
    });

    it('is signed for a cold wallet that has named the host its delegate, else refused with the way to it', async () => {
      await start({}, { env: { PROVIDER_WALLET: COLD_WALLET } });
      const refused = await upload('delegated');
      const { detail } = expectProblem(refused, 409, 'serving_not_set_up', 'serve');
      expect(detail).to.contain('npm run provide -- --setup');
      await (await api.as(COLD).setClaimDelegate(OPERATOR)).wait();
      const answer = await upload('delegated');
      await publish(answer);
      const [stream] = await served(metaOf(answer).cid);
      expect(stream).to.include({ content_distributor_wallet: COLD_WALLET });
    });

    it('is refused for whom RELAY does not accept, before the file is read, and for POST /contents', async () => {
      await start({ mode: 'allowlist', allowlist: [CREATOR] });
      const other = { ...SERVED, content_creator_wallet: OTHER };
      const before = await api.state();
      expectProblem(await upload('of a stranger', other, 4), 403, 'serving_not_allowed', 'serve');
      expect((await api.state()).media).to.deep.equal(before.media);
      const { cid } = metaOf(await upload('of a stranger', { ...other, serve: false }, 4));
      expectProblem(await publishBySignature(cid, { serve: true }, 4), 403, 'serving_not_allowed', 'serve');
      const answer = await upload('of the creator');
      expect(answer.status).to.equal(202);
      await publish(answer);
      const [stream] = await served(metaOf(answer).cid);
      const { contract = '', content_id: contentId = '' } = stream as Record<string, string>;
      const by = {
        creator: CREATOR,
        beneficiary: OTHER,
        clientIp: '',
        expiresAtSec: 4_000_000_000,
        ends: false,
      };
      const wish = api.deps.serving.wish({ contract, contentId, cid, cidKey: cid, ...by });
      expect(await wish.catch((error: Error) => error.name)).to.equal('ServingRefused');
    });

    it("is counted against the creator's budget, and waits while that is spent", async () => {
      const limits = { gasPerWallet: 150_000n };
      await start(limits);
      const { cid } = metaOf(await upload('costly'));
      const { status, body } = await publishBySignature(cid, { serve: true });
      expect({ status, stream: body.stream }).to.deep.equal({ status: 200, stream: null });
      expect(await streams(cid)).to.deep.equal([]);
      expect(await wishes()).to.have.length(1);
    });

    it("is free of lists and budgets for the operator's own wallet", async () => {
      await start({ mode: 'off', gasPerDay: 0n, gasPerWallet: 0n, gasPerClient: 0n });
      const own = { ...SERVED, content_creator_wallet: OPERATOR };
      const { cid } = metaOf(await upload('of the operator', own, 0));
      const { body } = await publishBySignature(cid, { serve: true }, 0);
      expect(body.stream, JSON.stringify(body)).to.include({ stream_url: playUrl(cid) });
    });

    it('serves no second creator of a CID: 409, before the file is kept and by POST /contents', async () => {
      await start();
      const first = await upload('listed twice');
      const copy = await upload('listed twice', { ...SERVED, content_creator_wallet: OTHER }, 4);
      expect(copy.status).to.equal(202); // nobody is served yet
      await publish(first);
      const { cid } = metaOf(first);
      await served(cid);
      await publish(copy, 4);
      await eventually(wishes, (rows) => rows.length === 0);
      expect((await streams(cid)).map((row) => row.content_creator_wallet)).to.deep.equal([CREATOR]);
      const late = await upload('listed twice', { ...SERVED, content_creator_wallet: OTHER }, 4);
      const { detail } = expectProblem(late, 409, 'served_for_another', 'cid');
      expect(detail).to.equal(`This host serves ${cid} for ${CREATOR} already.`);
      expectProblem(await publishBySignature(cid, { serve: true }, 4), 409, 'served_for_another', 'cid');
      expect(await wishes()).to.deep.equal([]);
    });

    it('makes no wish by a call that nobody has signed', async () => {
      await start();
      const { cid } = metaOf(await upload('not signed', { ...SERVED, serve: false }));
      const shown = await api.post('/contents', { ...PUBLICATION, cid, serve: true });
      expectProblem(shown, 401, 'signature_required', 'signature');
      expect(await wishes()).to.deep.equal([]);
    });

    it('starts nothing anew by what was signed long ago, which all can read on chain', async () => {
      let aheadSec = 0;
      await start({}, { nowSec: () => Math.floor(Date.now() / 1000) + aheadSec });
      const { cid } = metaOf(await upload('signed once', { ...SERVED, serve: false }));
      const body = { ...PUBLICATION, cid };
      const shown = await api.post('/contents', body);
      const signed = await authorize(api.wallet(1), waysOn(shown).typed_data);
      expect((await api.post('/contents', { ...body, ...signed })).status).to.equal(200);
      aheadSec = 7_200;
      const again = await api.post('/contents', { ...body, ...signed, serve: true });
      expectProblem(again, 401, 'signature_expired', 'deadline');
      expect(await streams(cid)).to.deep.equal([]);
      expect((await api.post('/contents', { ...body, ...signed })).status).to.equal(200);
    });

    it('does not register what a wallet has listed by the minute', async () => {
      await start();
      const { cid } = metaOf(await upload('by the minute'));
      const args = { cid, token: NATIVE, pricePerUnit: 10n ** 15n, providerShareBps: 3_000, unit: 1 };
      await (await api.as(1).publish({ ...args, name: 'By itself', metadata: '' })).wait();
      await eventually(wishes, (rows) => rows.length === 0);
      expect(await wishes()).to.deep.equal([]);
      expect(await streams(cid)).to.deep.equal([]);
    });

    it('signs and tells no secret in the log', async () => {
      await start();
      const { cid } = metaOf(await upload('quiet'));
      await publishBySignature(cid, { serve: true });
      const logged = JSON.stringify(api.logged, (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect(logged).to.not.match(/signature|0x[0-9a-f]{130}/i);
    });
  });
});
