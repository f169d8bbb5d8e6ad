import { expect } from 'chai';
import { parseEther } from 'ethers';
import { TestToken__factory } from '../../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import {
  type Api,
  CREATOR,
  expectProblem,
  NATIVE,
  OTHER,
  PROVIDER,
  REGISTRATION,
  startApi,
  UPLOAD,
} from './api.ts';

/** One content in two spellings, and one on EthStorage. */
const V0 = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR';
const V1 = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const ETHSTORAGE = `0x${'aB'.repeat(20)}`;

type Row = Record<string, unknown>;

describe('listings', () => {
  let api: Api;
  let token: string;
  let made = 0;

  before(async () => {
    api = await startApi();
    const deployed = await new TestToken__factory(api.wallet(0)).deploy();
    await deployed.waitForDeployment();
    token = await deployed.getAddress();
  });
  after(() => api.stop());

  /** A file that nobody has uploaded yet, and its CID without publishing it. */
  const newFile = () => `file ${++made}`;
  async function newCid(): Promise<string> {
    const [added] = [await api.deps.storage.add(bytes(newFile()))];
    return added.cid;
  }
  async function* bytes(text: string) {
    yield Buffer.from(text);
  }
  const streamsOf = async (cid: string) => (await api.get(`/streams/${cid}`)).body.streams as Row[];
  const contentsOf = async (cid: string) => (await api.get(`/contents/${cid}`)).body.contents as Row[];
  const blocksDuring = async (work: () => Promise<unknown>) => {
    const before = await api.head();
    await work();
    return (await api.head()) - before;
  };
  const increaseTime = async (sec: number) => {
    await api.chain.provider.send('evm_increaseTime', [sec]);
    await api.chain.provider.send('evm_mine', []);
  };

  describe('POST /upload-content', () => {
    it('refuses other terms for what the creator has listed, and names those in force', async () => {
      const file = newFile();
      await api.upload(file, UPLOAD);
      const state = await api.state();
      const dearer = expectProblem(
        await api.upload(file, { ...UPLOAD, price: '0.002' }),
        409,
        'terms_differ',
        'price',
      );
      const inForce = { creator_share: 70, provider_share: 30, price: '0.001', token: NATIVE };
      expect(dearer.example).to.equal('0.001');
      expect(dearer.terms).to.deep.equal(inForce);
      const other = { ...UPLOAD, creator_share: 69.5, provider_share: 30.5 };
      const shares = expectProblem(await api.upload(file, other), 409, 'terms_differ', 'provider_share');
      expect(shares.example).to.equal(30);
      expect(await api.state()).to.deep.equal(state);
    });

    it('stores the file, publishes it for the creator named, and answers with what stands on chain', async () => {
      const file = newFile();
      const meta = { ...UPLOAD, creator_share: 66.67, provider_share: 33.33, price: '0.00125' };
      const { status, body } = await api.upload(file, meta);
      expect(status).to.equal(200);
      expect(body.message).to.equal('File uploaded successfully.');
      const shown = body.meta as Row;
      expect(shown).to.include({
        ...meta,
        size: file.length,
        token: NATIVE,
        price_base_units: '1250000000000000',
      });
      const terms = await api.as(0).termsOf(String(shown.content_id));
      expect(terms.creator).to.equal(CREATOR);
      expect(terms.pricePerUnit).to.equal(parseEther('0.00125'));
      expect(terms.providerShareBps).to.equal(3_333n);
      const media = await fetch(`${api.url}/ipfs/${String(shown.cid)}`);
      expect(await media.text()).to.equal(file);
      const receipt = await api.chain.provider.getTransactionReceipt(String(shown.tx_hash));
      expect(receipt?.status).to.equal(1);
    });

    it('answers the same file, creator and terms the same, and sends nothing', async () => {
      const file = newFile();
      const first = await api.upload(file, UPLOAD);
      let again: unknown;
      const blocks = await blocksDuring(async () => {
        again = (await api.upload(file, { ...UPLOAD, price: '0.0010', creator_share: '70.00' })).body;
      });
      expect(blocks).to.equal(0);
      expect(again).to.deep.equal(first.body);
    });

    it('publishes once when the same upload comes several times at once', async () => {
      const file = newFile();
      let answers: unknown[] = [];
      const blocks = await blocksDuring(async () => {
        answers = await Promise.all([1, 2, 3, 4].map(() => api.upload(file, UPLOAD)));
      });
      expect(blocks).to.equal(1);
      const [first, ...others] = answers as Awaited<ReturnType<Api['upload']>>[];
      expect(first?.status).to.equal(200);
      for (const other of others) expect(other.body).to.deep.equal(first?.body);
    });

    it('lists the same file for each creator, and in each coin, on its own', async () => {
      const file = newFile();
      const { body } = await api.upload(file, UPLOAD);
      const { cid } = body.meta as { cid: string };
      await api.upload(file, { ...UPLOAD, content_creator_wallet: OTHER, price: 2 });
      await api.upload(file, { ...UPLOAD, token, price: 3 });
      const shown = (await contentsOf(cid)).map((row) => [
        row.content_creator_wallet,
        row.token_symbol,
        row.price,
      ]);
      expect(shown).to.have.deep.members([
        [CREATOR, 'ETH', '0.001'],
        [OTHER, 'ETH', '2'],
        [CREATOR, 'TEST', '3'],
      ]);
    });

    it('leaves a wallet without money as it was', async () => {
      const poor = '0x000000000000000000000000000000000000dEaD';
      expect((await api.upload(newFile(), { ...UPLOAD, content_creator_wallet: poor })).status).to.equal(200);
      expect(await api.chain.provider.getBalance(poor)).to.equal(0n);
    });
  });

  describe('POST /register', () => {
    it('refuses terms that differ from those in force, for provider and creator alike', async () => {
      const cid = await newCid();
      await api.post('/register', { ...REGISTRATION, cid });
      const state = await api.state();
      const dearer = { ...REGISTRATION, cid, price: '0.0011', content_distributor_wallet: OTHER };
      expectProblem(await api.post('/register', dearer), 409, 'terms_differ', 'price');
      expect(await api.state()).to.deep.equal(state);
    });

    it('publishes a content that nobody has published for the creator named, then registers', async () => {
      const cid = await newCid();
      const { status, body } = await api.post('/register', { ...REGISTRATION, cid });
      expect(status).to.equal(200);
      expect(body.message).to.equal('Stream registered successfully.');
      expect(body.server).to.include({ ...REGISTRATION, cid, price: '0.001' });
      expect(await contentsOf(cid)).to.have.length(1);
      expect(await streamsOf(cid)).to.have.length(1);
      const { content_id } = body.server as Row;
      expect(await api.as(0).streamOf(String(content_id), PROVIDER)).to.equal(REGISTRATION.stream_url);
    });

    it('finds what the creator has published by wallet, in any spelling of the CID', async () => {
      await api.as(1).publish({
        cid: V0,
        token: NATIVE,
        pricePerUnit: parseEther('0.001'),
        providerShareBps: 3_000,
        metered: false,
        name: 'By wallet',
        metadata: '',
      });
      const { body } = await api.post('/register', { ...REGISTRATION, cid: V1 });
      expect(body.server).to.include({ cid: V1, video_name: 'By wallet' });
      expect((await contentsOf(V1)).map(({ cid }) => cid)).to.deep.equal([V0]);
      expect(await streamsOf(V0)).to.deep.equal(await streamsOf(V1));
    });

    it('takes an EthStorage address as CID', async () => {
      const { status } = await api.post('/register', { ...REGISTRATION, cid: ETHSTORAGE });
      expect(status).to.equal(200);
      expect(await streamsOf(ETHSTORAGE.toLowerCase())).to.have.length(1);
    });

    it('sends nothing for a stream that is there, and changes its URL for another one', async () => {
      const cid = await newCid();
      const registration = { ...REGISTRATION, cid };
      const first = await api.post('/register', registration);
      expect(await blocksDuring(() => api.post('/register', registration))).to.equal(0);
      expect((await api.post('/register', registration)).body).to.deep.equal(first.body);
      const moved = { ...registration, stream_url: 'https://cdn.example/a?b=c#d' };
      expect(await blocksDuring(() => api.post('/register', moved))).to.equal(1);
      expect((await streamsOf(cid)).map(({ stream_url }) => stream_url)).to.deep.equal([moved.stream_url]);
    });

    it('publishes and registers once when the same call comes several times at once', async () => {
      const cid = await newCid();
      const blocks = await blocksDuring(async () => {
        const answers = await Promise.all(
          [1, 2, 3, 4].map(() => api.post('/register', { ...REGISTRATION, cid })),
        );
        expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
      });
      expect(blocks).to.equal(2);
    });

    it('registers several providers at once', async () => {
      const cid = await newCid();
      const wallets = [PROVIDER, OTHER, CREATOR];
      await Promise.all(
        wallets.map((wallet) =>
          api.post('/register', { ...REGISTRATION, cid, content_distributor_wallet: wallet }),
        ),
      );
      const shown = (await streamsOf(cid)).map((row) => row.content_distributor_wallet);
      expect(shown).to.have.members(wallets);
      expect(await contentsOf(cid)).to.have.length(1);
    });

    it('asks which coin is meant where the creator has listed in several, and takes the one named', async () => {
      const cid = await newCid();
      const inToken = { ...REGISTRATION, cid, token, price: '5' };
      await api.post('/register', { ...REGISTRATION, cid, token: NATIVE, price: '5' });
      await api.post('/register', inToken);
      const unclear = expectProblem(
        await api.post('/register', { ...REGISTRATION, cid, price: '5', content_distributor_wallet: OTHER }),
        409,
        'ambiguous_listing',
        'token',
      );
      const candidates = unclear.candidates as Row[];
      expect(candidates.map((row) => row.token)).to.have.members([NATIVE, token]);
      const { status, body } = await api.post('/register', { ...inToken, token: unclear.example });
      expect(status).to.equal(200);
      expect(body.server).to.include({ token: unclear.example });
    });

    it('goes by the coin of the only listing where none is named', async () => {
      const cid = await newCid();
      await api.post('/register', { ...REGISTRATION, cid, token, price: '7' });
      const { body } = await api.post('/register', {
        ...REGISTRATION,
        cid,
        price: '7',
        content_distributor_wallet: OTHER,
      });
      expect(body.server).to.include({ token, price: '7' });
      expect(await contentsOf(cid)).to.have.length(1);
    });

    it('goes by the terms in force once a change has taken effect', async () => {
      const cid = await newCid();
      const { body } = await api.post('/register', { ...REGISTRATION, cid });
      const { content_id } = body.server as { content_id: string };
      await api.as(1).scheduleTerms(content_id, parseEther('0.003'), 3_000, false);
      await api.settled();
      const [announced] = await contentsOf(cid);
      expect(announced).to.include({ price: '0.001' });
      expect(announced?.scheduled).to.include({ retires: false, price: '0.003', creator_share: 70 });
      expect((await api.post('/register', { ...REGISTRATION, cid })).status).to.equal(200);
      await increaseTime(21);
      expectProblem(await api.post('/register', { ...REGISTRATION, cid }), 409, 'terms_differ', 'price');
      const now = await api.post('/register', { ...REGISTRATION, cid, price: '0.003' });
      expect(now.body.server).to.include({ price: '0.003' });
    });

    it('publishes a retired content again, after the contract allows it', async () => {
      const cid = await newCid();
      const { body } = await api.post('/register', { ...REGISTRATION, cid });
      const { content_id } = body.server as { content_id: string };
      await api.as(1).retire(content_id);
      await increaseTime(21);
      const again = { ...REGISTRATION, cid, price: '0.004' };
      const refused = expectProblem(await api.post('/register', again), 409, 'contract_refused');
      expect(refused.error_name).to.equal('ChangeInGrace');
      expect(refused.error_args).to.include({ contentId: content_id });
      await increaseTime(11);
      const back = await api.post('/register', again);
      expect(back.body.server).to.include({ content_id, price: '0.004' });
    });
  });

  describe('POST /deregister', () => {
    const deregister = (cid: string, more: Row = {}) =>
      api.post('/deregister', { cid, content_distributor_wallet: PROVIDER, ...more });

    it('is 404 for a content that nobody has listed, with one that is as example', async () => {
      const { example } = expectProblem(await deregister(await newCid()), 404, 'unknown_content', 'cid');
      expect(await contentsOf(String(example))).to.not.deep.equal([]);
    });

    it('is 404 for a provider that does not serve it', async () => {
      const cid = await newCid();
      await api.post('/register', { ...REGISTRATION, cid });
      const answer = await deregister(cid, { content_distributor_wallet: OTHER });
      expectProblem(answer, 404, 'unknown_stream', 'content_distributor_wallet');
      expect(await streamsOf(cid)).to.have.length(1);
    });

    it('ends the stream, on chain and in the live index, and is 404 the second time', async () => {
      const cid = await newCid();
      const { body } = await api.post('/register', { ...REGISTRATION, cid });
      const { content_id } = body.server as { content_id: string };
      const answer = await deregister(cid);
      expect(answer.status).to.equal(200);
      expect(answer.body).to.deep.equal({
        message: 'Stream deregistered successfully.',
        cid,
        content_distributor_wallet: PROVIDER,
      });
      expect(await streamsOf(cid)).to.deep.equal([]);
      expect(await api.as(0).streamOf(content_id, PROVIDER)).to.equal('');
      expectProblem(await deregister(cid), 404, 'unknown_stream', 'content_distributor_wallet');
    });

    it('registers again afterwards', async () => {
      const cid = await newCid();
      await api.post('/register', { ...REGISTRATION, cid });
      await deregister(cid);
      await api.post('/register', { ...REGISTRATION, cid });
      expect(await streamsOf(cid)).to.have.length(1);
    });

    it("ends the provider's streams of all creators, or of the one named", async () => {
      const cid = await newCid();
      for (const creator of [CREATOR, OTHER]) {
        await api.post('/register', { ...REGISTRATION, cid, content_creator_wallet: creator });
      }
      await api.post('/register', { ...REGISTRATION, cid, content_distributor_wallet: OTHER });
      await deregister(cid, { creator: OTHER });
      expect((await streamsOf(cid)).map((row) => row.content_creator_wallet)).to.deep.equal([
        CREATOR,
        CREATOR,
      ]);
      await api.post('/register', { ...REGISTRATION, cid, content_creator_wallet: OTHER });
      await deregister(cid);
      expect((await streamsOf(cid)).map((row) => row.content_distributor_wallet)).to.deep.equal([OTHER]);
    });

    it('ends streams at an older deployment too', async () => {
      const cid = await newCid();
      const creator = api.as(1, api.older);
      const publication = { cid, token: NATIVE, pricePerUnit: 1n, providerShareBps: 0, metered: false };
      await creator.publish({ ...publication, name: 'Older', metadata: '' });
      const contentId = await creator.contentIdOf(CREATOR, NATIVE, cid);
      await api.as(2, api.older).registerStream(contentId, 'http://localhost:9000/older');
      await api.post('/register', { ...REGISTRATION, cid });
      expect(await streamsOf(cid)).to.have.length(2);
      expect((await deregister(cid)).status).to.equal(200);
      expect(await streamsOf(cid)).to.deep.equal([]);
    });
  });
});
