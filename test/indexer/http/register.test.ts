import { expect } from 'chai';
import { parseEther } from 'ethers';
import { type Answer, CREATOR, expectProblem, NATIVE, OTHER, PROVIDER, REGISTRATION } from './api.ts';
import { type Listings, type Row, startListings } from './listings.ts';

/** One content in two spellings, and one on EthStorage. */
const V0 = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR';
const V1 = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const ETHSTORAGE = `0x${'aB'.repeat(20)}`;

describe('POST /register', () => {
  let on: Listings;
  before(async () => {
    on = await startListings();
  });
  after(() => on.api.stop());

  it('refuses terms that differ from those in force, for provider and creator alike', async () => {
    const cid = await on.newCid();
    await on.api.post('/register', { ...REGISTRATION, cid });
    const state = await on.api.state();
    const dearer = { ...REGISTRATION, cid, price: '0.0011', content_distributor_wallet: OTHER };
    expectProblem(await on.api.post('/register', dearer), 409, 'terms_differ', 'price');
    expect(await on.api.state()).to.deep.equal(state);
  });

  it('publishes a content that nobody has published for the creator named, then registers', async () => {
    const cid = await on.newCid();
    const { status, body } = await on.api.post('/register', { ...REGISTRATION, cid });
    expect(status).to.equal(200);
    expect(body.message).to.equal('Stream registered successfully.');
    expect(body.server).to.include({ ...REGISTRATION, cid, price: '0.001' });
    expect(await on.contentsOf(cid)).to.have.length(1);
    expect(await on.streamsOf(cid)).to.have.length(1);
    const { content_id } = body.server as Row;
    expect(await on.api.as(0).streamOf(String(content_id), PROVIDER)).to.equal(REGISTRATION.stream_url);
  });

  it('finds what the creator has published by wallet, in any spelling of the CID', async () => {
    await on.api.as(1).publish({
      cid: V0,
      token: NATIVE,
      pricePerUnit: parseEther('0.001'),
      providerShareBps: 3_000,
      unit: 0,
      name: 'By wallet',
      metadata: '',
    });
    const { body } = await on.api.post('/register', { ...REGISTRATION, cid: V1 });
    expect(body.server).to.include({ cid: V1, video_name: 'By wallet' });
    expect((await on.contentsOf(V1)).map(({ cid }) => cid)).to.deep.equal([V0]);
    expect(await on.streamsOf(V0)).to.deep.equal(await on.streamsOf(V1));
  });

  it('takes an EthStorage address as CID', async () => {
    const { status } = await on.api.post('/register', { ...REGISTRATION, cid: ETHSTORAGE });
    expect(status).to.equal(200);
    expect(await on.streamsOf(ETHSTORAGE.toLowerCase())).to.have.length(1);
  });

  it('sends nothing for a stream that is there, and changes its URL for another one', async () => {
    const cid = await on.newCid();
    const registration = { ...REGISTRATION, cid };
    const first = await on.api.post('/register', registration);
    expect(await on.blocksDuring(() => on.api.post('/register', registration))).to.equal(0);
    expect((await on.api.post('/register', registration)).body).to.deep.equal(first.body);
    const moved = { ...registration, stream_url: 'https://cdn.example/a?b=c#d' };
    const answers: Answer[] = [];
    const move = async () => void answers.push(await on.api.post('/register', moved));
    expect(await on.blocksDuring(move)).to.equal(1);
    const [answer] = answers;
    const block = await on.api.chain.provider.getBlock('latest');
    expect(answer?.body.server).to.include({ tx_hash: block?.transactions[0] });
    expect((await on.api.post('/register', moved)).body).to.deep.equal(answer?.body);
    expect((await on.streamsOf(cid)).map(({ stream_url }) => stream_url)).to.deep.equal([moved.stream_url]);
  });

  it('publishes and registers once when the same call comes several times at once', async () => {
    const cid = await on.newCid();
    const blocks = await on.blocksDuring(async () => {
      const answers = await Promise.all(
        [1, 2, 3, 4].map(() => on.api.post('/register', { ...REGISTRATION, cid })),
      );
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
    });
    expect(blocks).to.equal(2);
  });

  it('registers several providers at once', async () => {
    const cid = await on.newCid();
    const wallets = [PROVIDER, OTHER, CREATOR];
    await Promise.all(
      wallets.map((wallet) =>
        on.api.post('/register', { ...REGISTRATION, cid, content_distributor_wallet: wallet }),
      ),
    );
    const shown = (await on.streamsOf(cid)).map((row) => row.content_distributor_wallet);
    expect(shown).to.have.members(wallets);
    expect(await on.contentsOf(cid)).to.have.length(1);
  });

  it('asks which coin is meant where the creator has listed in several, and takes the one named', async () => {
    const cid = await on.newCid();
    const inToken = { ...REGISTRATION, cid, token: on.token, price: '5' };
    await on.api.post('/register', { ...REGISTRATION, cid, token: NATIVE, price: '5' });
    await on.api.post('/register', inToken);
    const unclear = expectProblem(
      await on.api.post('/register', { ...REGISTRATION, cid, price: '5', content_distributor_wallet: OTHER }),
      409,
      'ambiguous_listing',
      'token',
    );
    const candidates = unclear.candidates as Row[];
    expect(candidates.map((row) => row.token)).to.have.members([NATIVE, on.token]);
    const { status, body } = await on.api.post('/register', { ...inToken, token: unclear.example });
    expect(status).to.equal(200);
    expect(body.server).to.include({ token: unclear.example });
  });

  it('goes by the coin of the only listing where none is named', async () => {
    const cid = await on.newCid();
    await on.api.post('/register', { ...REGISTRATION, cid, token: on.token, price: '7' });
    const { body } = await on.api.post('/register', {
      ...REGISTRATION,
      cid,
      price: '7',
      content_distributor_wallet: OTHER,
    });
    expect(body.server).to.include({ token: on.token, price: '7' });
    expect(await on.contentsOf(cid)).to.have.length(1);
  });

  it('goes by the terms in force once a change has taken effect', async () => {
    const cid = await on.newCid();
    const { body } = await on.api.post('/register', { ...REGISTRATION, cid });
    const { content_id } = body.server as { content_id: string };
    await on.api.as(1).scheduleTerms(content_id, parseEther('0.003'), 3_000, 0);
    await on.api.settled();
    const [announced] = await on.contentsOf(cid);
    expect(announced).to.include({ price: '0.001' });
    expect(announced?.scheduled).to.include({ retires: false, price: '0.003', creator_share: 70 });
    expect((await on.api.post('/register', { ...REGISTRATION, cid })).status).to.equal(200);
    await on.increaseTime(21);
    expectProblem(await on.api.post('/register', { ...REGISTRATION, cid }), 409, 'terms_differ', 'price');
    const now = await on.api.post('/register', { ...REGISTRATION, cid, price: '0.003' });
    expect(now.body.server).to.include({ price: '0.003' });
  });

  it('publishes a retired content again, after the contract allows it', async () => {
    const cid = await on.newCid();
    const { body } = await on.api.post('/register', { ...REGISTRATION, cid });
    const { content_id } = body.server as { content_id: string };
    await on.api.as(1).retire(content_id);
    await on.increaseTime(21);
    const again = { ...REGISTRATION, cid, price: '0.004' };
    const refused = expectProblem(await on.api.post('/register', again), 409, 'contract_refused');
    expect(refused.error_name).to.equal('ChangeInGrace');
    expect(refused.error_args).to.include({ contentId: content_id });
    await on.increaseTime(11);
    const back = await on.api.post('/register', again);
    expect(back.body.server).to.include({ content_id, price: '0.004' });
  });
});
