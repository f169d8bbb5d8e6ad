import { expect } from 'chai';
import {
  type Answer,
  type Api,
  CREATOR,
  expectProblem,
  type HostOptions,
  OTHER,
  PROVIDER,
  startApi,
  UPLOAD,
} from './api.ts';
import { authorize, waysOn } from './signing.ts';

type Row = Record<string, unknown>;

const OVER = 86_400 + 300 + 5;

describe('EthStorage off the development chain', () => {
  let api: Api;
  let laterSec = 0;
  const start = async (options: HostOptions = {}) => {
    laterSec = 0;
    api = await startApi({
      remote: true,
      // What is published stays visible to these tests.
      config: { openGateway: true },
      env: { STORAGE: 'ipfs,ethstorage' },
      nowSec: () => Math.floor(Date.now() / 1_000) + laterSec,
      ...options,
    });
  };
  afterEach(() => api.stop());

  const cidOf = ({ body }: Answer) => String((body.meta as Row).cid);
  const uploadOnChain = async (content: string, meta: Row = UPLOAD, index = 1) =>
    await api.uploadOnChain(content, meta, await api.signedIn(index));
  const staged = async (content: string, meta: Row = UPLOAD, index = 1) => {
    const answer = await uploadOnChain(content, meta, index);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    return answer;
  };
  const publish = (answer: Answer, index = 1) => api.publishBy(answer, index);
  const remove = async (cid: string, creator = CREATOR, index = 1) =>
    await api.remove(cid, creator, await api.signedIn(index));
  const served = async (cid: string) => (await fetch(`${api.url}/ipfs/${cid}`)).status;
  const onChain = async (cid: string) => (await api.deps.storage.ethstorage?.stat(cid)) ?? null;
  const mined = () => api.chain.provider.getBlockNumber();

  describe('POST /upload-content-web3', () => {
    it('keeps the file for a day, and answers its address on chain and what to sign', async () => {
      await start();
      const answer = await staged('a video');
      const cid = cidOf(answer);
      expect(answer.body.web3_url).to.match(new RegExp(`^web3://0x[0-9a-fA-F]{40}:31337/${cid}$`));
      expect(await onChain(cid)).to.deep.equal({ kind: 'file', sizeBytes: 7 });
      expect(await served(cid)).to.equal(200);
      await publish(answer);
      laterSec = OVER;
      await api.expire();
      expect(await served(cid)).to.equal(200);
      expect(await uploadOnChain('a video')).to.have.nested.property('body.publish', null);
    });

    it('is /upload-content with "storage", which elsewhere needs no EthStorage', async () => {
      await start();
      const session = await api.signedIn(1);
      const chosen = await api.upload('a video', { ...UPLOAD, storage: 'ethstorage' }, session);
      expect(chosen.body.web3_url).to.be.a('string');
      const other = await api.upload('a film', UPLOAD, session);
      expect(other.body).to.not.have.property('web3_url');
      expect(await onChain(cidOf(other))).to.equal(null);
    });

    it('is refused where the configuration does not name EthStorage, and costs nothing', async () => {
      await start({ env: {} });
      const before = { state: await api.state(), block: await mined() };
      expectProblem(await uploadOnChain('a video'), 400, 'bad_storage', 'storage');
      expect({ state: await api.state(), block: await mined() }).to.deep.equal(before);
    });

    it('pays nothing for what is refused: another wallet, wrong terms, no room', async () => {
      await start({ quota: { walletBytes: 1_000 } });
      const before = { state: await api.state(), block: await mined() };
      expectProblem(
        await uploadOnChain('a video', UPLOAD, 4),
        403,
        'wallet_mismatch',
        'content_creator_wallet',
      );
      expectProblem(
        await uploadOnChain('a video', { ...UPLOAD, price: '4723' }),
        400,
        'price_too_large',
        'price',
      );
      expectProblem(await uploadOnChain('x'.repeat(1_001)), 413, 'quota_exceeded', 'file');
      expect({ state: await api.state(), block: await mined() }).to.deep.equal(before);
    });

    it('takes what the host pays for in a day from all wallets together, and no more', async () => {
      await start({ quota: { chainDayBytes: 1_000 } });
      expectProblem(await uploadOnChain('x'.repeat(1_001)), 413, 'quota_exceeded', 'file');
      await staged('x'.repeat(600));
      const block = await mined();
      const theirs = { ...UPLOAD, content_creator_wallet: OTHER };
      const answer = await uploadOnChain('y'.repeat(401), theirs, 4);
      const body = expectProblem(answer, 429, 'upload_quota_spent', 'file');
      expect(body).to.include({ quota: 'ethstorage_day_bytes', limit: 1_000, left: 400 });
      expect(await mined()).to.equal(block);
      expect((await api.upload('y'.repeat(401), theirs, await api.signedIn(4))).status).to.equal(202);
      await staged('y'.repeat(400), theirs, 4);
    });
  });

  describe('an upload that nobody publishes', () => {
    it('leaves the directory when its time is over', async () => {
      await start();
      const answer = await staged('a video');
      const block = await mined();
      laterSec = OVER;
      await api.expire();
      expect(await onChain(cidOf(answer))).to.equal(null);
      expect(await served(cidOf(answer))).to.equal(404);
      expect(await mined()).to.be.above(block);
    });

    it('leaves it when its wallet removes it', async () => {
      await start();
      const cid = cidOf(await staged('a video'));
      const headers = await api.signedIn(1);
      expect((await api.call('DELETE', `/wallets/${CREATOR}/uploads/${cid}`, { headers })).status).to.equal(
        200,
      );
      expect(await onChain(cid)).to.equal(null);
    });

    it('and that failed can come again, and is not missed when it is over', async () => {
      await start();
      const operator = api.wallet(0).address;
      const balance = await api.chain.provider.getBalance(operator);
      await staged('to have a directory');
      const setBalance = (wei: bigint) =>
        api.chain.provider.send('hardhat_setBalance', [operator, `0x${wei.toString(16)}`]);
      await setBalance(1n);
      expectProblem(await uploadOnChain('a video'), 503, 'unavailable');
      await setBalance(balance);
      const answer = await staged('a video');
      laterSec = 3_600;
      await api.expire();
      expect(await onChain(cidOf(answer))).to.deep.equal({ kind: 'file', sizeBytes: 7 });
    });
  });

  describe('DELETE /media/{cid}', () => {
    it("takes a published file away by the session of its creator, and nobody else's", async () => {
      await start();
      const answer = await staged('a video');
      const cid = cidOf(answer);
      expectProblem(await remove(cid), 404, 'unknown_content', 'cid');
      await publish(answer);
      expectProblem(await api.remove(cid, CREATOR), 401, 'sign_in_required');
      expectProblem(await remove(cid, CREATOR, 4), 403, 'wallet_mismatch', 'content_creator_wallet');
      expectProblem(await remove(cid, OTHER, 4), 404, 'unknown_content', 'cid');
      expect(await served(cid)).to.equal(200);
      expect((await remove(cid)).status).to.equal(200);
      expect(await served(cid)).to.equal(404);
      expect(await onChain(cid)).to.equal(null);
    });

    it('leaves what another wallet has uploaded to publish it', async () => {
      await start();
      const answer = await staged('a video');
      const cid = cidOf(answer);
      await publish(answer);
      await staged('a video', { ...UPLOAD, content_creator_wallet: OTHER }, 4);
      const { detail } = expectProblem(await remove(cid), 409, 'media_in_use', 'cid');
      expect(detail).to.contain('waits for its publication');
      const headers = await api.signedIn(4);
      await api.call('DELETE', `/wallets/${OTHER}/uploads/${cid}`, { headers });
      expect((await remove(cid)).status).to.equal(200);
    });

    it('leaves what a provider serves', async () => {
      await start();
      const answer = await staged('a video');
      const cid = cidOf(answer);
      await publish(answer);
      const serving = {
        ...UPLOAD,
        cid,
        content_distributor_wallet: PROVIDER,
        stream_url: 'https://a.example.org/',
      };
      const shown = await api.post('/register', serving);
      const signed = await authorize(api.wallet(2), waysOn(shown).typed_data);
      expect((await api.post('/register', { ...serving, ...signed })).status).to.equal(200);
      expectProblem(await remove(cid), 409, 'media_in_use', 'cid');
    });
  });
});
