import { expect } from 'chai';
import { parseEther, ZeroAddress, ZeroHash } from 'ethers';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import { eventually } from '../../until.ts';
import { testWallet } from '../../wallets.ts';
import { type Answer, expectProblem, OTHER, PROVIDER } from './api.ts';
import { AMOUNT, type ChannelMoney, MINIMUM, startChannelMoney } from './channel-money.ts';
import { KEY, type OrderSample, releasingOn } from './releasing.ts';
import { startSelling } from './selling.ts';

type Fields = Record<string, unknown>;
const [OPERATOR, PROVIDERS] = [0, 2];
const BACK = 'What was left is back with the viewer.';

/** The host's key may act for the provider. */
async function startReleasing(options: Parameters<typeof startChannelMoney>[0] = {}) {
  const on = await startChannelMoney(options);
  await (await on.api.as(PROVIDERS).setClaimDelegate(on.api.wallet(OPERATOR).address)).wait();
  const host = releasingOn(on);
  /** Asks again and again, as a client does, until it is done or refused. */
  async function done(id: string, how: OrderSample = {}): Promise<Answer> {
    const body = await host.order(id, how);
    return await eventually(
      20_000,
      () => host.post(id, body),
      ({ status }) => status !== 202,
    );
  }
  async function refused(id: string, body: Fields, status: number, code: Code, field?: string) {
    await on.api.settled();
    const before = await on.api.state();
    const answer = expectProblem(await host.post(id, body), status, code, field);
    expect(await on.api.state()).to.deep.equal(before);
    const contract = on.api.chain.facts.contract.toLowerCase();
    expect(await on.api.deps.book.releaseOf({ contract, channelId: id })).to.equal(null);
    return answer;
  }
  return { ...host, on, done, refused };
}

describe('POST /channels/{id}/release', () => {
  let on: ChannelMoney;
  let host: Awaited<ReturnType<typeof startReleasing>>;
  before(async () => {
    host = await startReleasing();
    on = host.on;
  });
  after(() => on.api.stop());

  it("gives everything back at once on the word of the channel's key, with no gas of the viewer", async () => {
    const { relayed_releases, released_coins } = (await on.api.get('/chain')).body;
    expect(relayed_releases).to.equal(true);
    expect(released_coins).to.include(await on.token.getAddress());
    const { viewer, id } = await host.channel();
    const { status, body } = await host.done(id);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.message).to.equal(BACK);
    expect(body.channel).to.include({ deposit_base_units: '0', epoch: 2 });
    expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT);
    expect(await on.spentBy(viewer)).to.deep.equal([0n, 0]);
  });

  it('claims first what was sold, to the last base unit', async () => {
    const { viewer, id } = await host.channel();
    const earned = await host.earned();
    await host.sell(id, 1_234_567);
    const { status, body } = await host.done(id, { lastSeq: 0n });
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT - 1_234_567n);
    expect((await host.earned()) - earned).to.equal(1_234_567n);
  });

  it('sends it once, however often it is asked for, also past the deadline', async () => {
    const { viewer, id } = await host.channel();
    const sent = await on.operatorSent();
    const body = await host.order(id);
    await Promise.all([1, 2, 3].map(() => host.post(id, body)));
    expect((await host.done(id)).status).to.equal(200);
    expect(await on.operatorSent()).to.equal(sent + 1);
    expect((await host.release(id, { aheadSec: -60 })).status).to.equal(200);
    expect(await on.operatorSent()).to.equal(sent + 1);
    expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT);
  });

  it('gives no later deposit back for what was signed for the one before', async () => {
    const { viewer, id } = await host.channel(AMOUNT * 2n);
    const order = await host.order(id);
    await host.done(id);
    const body = { ...(await on.signed(viewer)) };
    expect((await on.deposit(body)).status).to.equal(200);
    const sent = await on.operatorSent();
    const again = await host.post(id, order);
    expect(again.status).to.equal(200);
    expect(again.body.channel).to.include({ epoch: 2, deposit_base_units: AMOUNT.toString() });
    expect(await on.operatorSent()).to.equal(sent);
    const { status } = await host.done(id, { epoch: 2n });
    expect([status, await on.token.balanceOf(viewer)]).to.deep.equal([200, AMOUNT * 2n]);
  });

  it("refuses, before any gas is spent, a signature that is not the key's over just this", async () => {
    const { viewer, id } = await host.channel();
    const other = await host.channel();
    const invalid = async (how: OrderSample, at = id) =>
      host.refused(at, await host.order(id, how), 401, 'signature_invalid', 'signature');
    await invalid({ signer: viewer });
    await invalid({ signer: testWallet(PROVIDERS) });
    await invalid({ domain: { chainId: 1 } });
    await invalid({ domain: { verifyingContract: on.api.older } });
    await invalid({ channelId: other.id });
    await invalid({}, other.id);
    await invalid({ sent: { epoch: '2' } });
    await invalid({ lastSeq: 0n, sent: { last_seq: null } });
    await invalid({ sent: { last_seq: '0' } });
    await invalid({ sent: { deadline: String(Math.floor(Date.now() / 1000) + 200) } });
  });

  it('refuses what is late, or good for too long, or of another epoch', async () => {
    const { id } = await host.channel();
    const order = (how: OrderSample) => host.order(id, how);
    await host.refused(id, await order({ aheadSec: -5 }), 401, 'signature_expired', 'deadline');
    await host.refused(id, await order({ aheadSec: 700 }), 400, 'authorization_too_long', 'deadline');
    const shown = await host.refused(id, await order({ epoch: 2n }), 409, 'epoch_differs', 'epoch');
    expect(shown.example).to.equal(1);
    await host.refused(id, await order({ epoch: 0n }), 409, 'epoch_differs', 'epoch');
    const { last_seq: _, ...missing } = await order({});
    await host.refused(id, missing, 400, 'missing_field', 'last_seq');
    await host.refused(id, { ...missing, last_seq: 'none' }, 400, 'invalid_field', 'last_seq');
  });

  it('wants the last voucher shown first', async () => {
    const { id } = await host.channel();
    const ahead = async (lastSeq: bigint) =>
      (await host.refused(id, await host.order(id, { lastSeq }), 409, 'voucher_missing', 'last_seq'))
        .last_seq;
    expect(await ahead(0n)).to.equal(null);
    await host.sell(id, 7);
    expect(await ahead(1n)).to.equal(0);
    expect((await host.done(id, { lastSeq: 0n })).status).to.equal(200);
  });

  it('refuses where the chain has paid what this book has not signed for', async () => {
    const { id } = await host.channel();
    await on.spend(id, 9n);
    await eventually(
      20_000,
      async () => (await host.release(id, { lastSeq: 0n })).body.code,
      (code) => code === 'relay_not_allowed',
    );
    const shown = await host.refused(id, await host.order(id), 403, 'relay_not_allowed', 'id');
    expect(shown).to.have.property('transaction');
  });

  it('refuses where the book is younger than the channel: it may lack what was sold before', async () => {
    const { id } = await host.channel();
    const { book } = on.api.deps;
    const { knowsSinceSec } = book;
    book.knowsSinceSec = async () => 2 ** 33;
    await host.refused(id, await host.order(id), 403, 'relay_not_allowed', 'id');
    book.knowsSinceSec = knowsSinceSec;
    expect((await host.done(id)).status).to.equal(200);
  });

  it('refuses where more than four vouchers are to be claimed, each alone at its gas', async () => {
    const { viewer, id } = await host.channel();
    for (let seq = 0; seq < 5; seq += 1) await host.sell(id, 100, { seq });
    const shown = await host.refused(
      id,
      await host.order(id, { lastSeq: 4n }),
      403,
      'relay_not_allowed',
      'id',
    );
    expect(shown).to.have.property('transaction');
    const other = await host.channel();
    for (let seq = 0; seq < 4; seq += 1) await host.sell(other.id, 100, { seq });
    expect((await host.done(other.id, { lastSeq: 3n })).status).to.equal(200);
    expect(await on.token.balanceOf(other.viewer)).to.equal(AMOUNT - 400n);
    expect(await on.token.balanceOf(viewer)).to.equal(0n);
  });

  it("knows its own provider's channels alone, in coins whose gas it pays", async () => {
    const { id } = await host.channel();
    await host.refused(ZeroHash, await host.order(ZeroHash), 404, 'unknown_channel', 'id');
    const older = await host.order(id, { contract: on.api.older });
    await host.refused(id, older, 404, 'unknown_channel', 'id');
    const value = parseEther('1');
    for (const provider of [OTHER, PROVIDER]) {
      const named = [provider, ZeroAddress, KEY.address, ZeroHash] as const;
      await on.api.as(3).open(...named, value, { value });
      const [, token, authorizer, salt] = named;
      const parts = { viewer: testWallet(3).address, provider, token, authorizer, salt };
      const theirs = await on.api.as(3).channelIdOf(parts);
      await on.api.settled();
      await host.refused(theirs, await host.order(theirs), 403, 'relay_not_allowed', 'id');
    }
  });

  it('pays no gas for what is not worth it', async () => {
    const { id } = await host.channel(MINIMUM);
    await host.sell(id, Number(MINIMUM - MINIMUM / 20n) + 1);
    const order = await host.order(id, { lastSeq: 0n });
    const shown = await host.refused(id, order, 402, 'deposit_too_small', 'id');
    expect(shown.min_base_units).to.equal((MINIMUM / 20n).toString());
  });
});

describe('POST /channels/{id}/release, by the settings,', () => {
  let host: Awaited<ReturnType<typeof startReleasing>>;
  afterEach(() => host.on.api.stop());

  it('takes half of the gas of a day at most', async () => {
    host = await startReleasing({ relay: { gasPerDay: 480_000n } });
    const { viewer, id } = await host.channel(AMOUNT * 2n);
    // A second deposit takes what the way back would need.
    await host.on.deposit(await host.on.signed(viewer));
    const shown = await host.refused(id, await host.order(id), 503, 'relay_budget');
    expect(shown).to.have.property('transaction');
  });

  it('is not there where the host claims nothing by itself', async () => {
    host = await startReleasing({ env: { CLAIM: 'off' } });
    expect((await host.on.api.get('/chain')).body).to.deep.include({
      relayed_releases: false,
      released_coins: [],
    });
    const { id } = await host.channel();
    await host.refused(id, await host.order(id), 403, 'relay_not_allowed', 'id');
    // What was taken on before nobody goes on with.
    const contract = host.on.api.chain.facts.contract.toLowerCase();
    const of = { contract, channelId: id, epoch: 1 };
    await host.on.api.deps.book.beginRelease({ ...of, askedAtSec: 0, data: '0x', gas: 1n });
    expectProblem(await host.release(id), 403, 'relay_not_allowed', 'id');
  });

  it("is refused where the host's key may not act for the provider", async () => {
    host = await startReleasing();
    await (await host.on.api.as(PROVIDERS).setClaimDelegate(ZeroAddress)).wait();
    const { id } = await host.channel();
    await host.refused(id, await host.order(id), 403, 'relay_not_allowed', 'id');
  });

  it('on the embedded chain gives it back in one call', async () => {
    host = await startReleasing({ remote: false });
    const { viewer, id } = await host.channel();
    expect((await host.release(id)).status).to.equal(200);
    expect(await host.on.token.balanceOf(viewer)).to.equal(AMOUNT);
  });
});

describe('keys, while the deposit is given back,', () => {
  let on: Awaited<ReturnType<typeof startSelling>>;
  afterEach(() => on.api.stop());

  it('are sold no more: what is open, or paid, is served', async () => {
    on = await startSelling({ env: { CLAIM: 'off' } });
    const video = await on.packaged();
    const channel = await on.open();
    const outcome = async (units: number[], paid: number) =>
      on.outcomeOf(await on.buy(video, channel, units, paid), video);
    expect(await outcome([0], 2)).to.deep.equal([0]);
    const { contract, channelId, epoch } = channel;
    const of = { contract: contract.toLowerCase(), channelId, epoch };
    await on.api.deps.book.beginRelease({ ...of, askedAtSec: 0, data: '0x', gas: 1n });
    expect(await outcome([0], 2)).to.deep.equal([0]);
    expect(await outcome([1, 2], 3)).to.equal('withdrawal_pending');
    expect(await outcome([1], 2)).to.deep.equal([1]);
  });
});
