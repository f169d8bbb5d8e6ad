import { expect } from 'chai';
import { Signature, ZeroAddress, ZeroHash } from 'ethers';
import { packBatch } from '../../contracts/vouchers.ts';
import { eventually } from '../../until.ts';
import { expectProblem } from './api.ts';
import {
  type Channel,
  DEPOSIT,
  OTHER_VIEWER,
  PRICE,
  SELLER,
  type Selling,
  startSelling,
  VIEWER,
  type Video,
} from './selling.ts';

const HOUR = 3_600;
const WAIT_MS = 30_000;

interface Shown {
  channel_id: string;
  seq: number;
  state: string;
  total: string;
}

/** The host claims by itself what it has sold by keys. */
describe('keys that were sold, once their vouchers are claimed', () => {
  let host: Selling;
  let video: Video;
  let channel: Channel;
  before(async () => {
    host = await startSelling({ env: { CLAIM_AFTER_HOURS: '1' } });
    video = await host.packaged();
    channel = await host.open();
  });
  after(() => host.stop());

  async function vouchers(): Promise<string[]> {
    const { body } = await host.api.get('/vouchers', host.api.asOperator);
    const shown = body.vouchers as Shown[];
    return shown.map(({ seq, state, total }) => `${seq} ${state} ${total}`).sort();
  }
  const until = (wanted: string[]) =>
    eventually(WAIT_MS, vouchers, (found) => JSON.stringify(found) === JSON.stringify(wanted));
  const credit = (index: number) => host.api.as(SELLER).credits(host.api.wallet(index).address, ZeroAddress);

  it('an old voucher is claimed; what it paid and did not open is opened all the same', async () => {
    expect(host.outcomeOf(await host.buy(video, channel, [0], 2), video)).to.deep.equal([0]);
    expect(await vouchers()).to.deep.equal(['0 open 0.002']);
    await host.moveTo(host.nowSec() + HOUR);
    expect(await until(['0 claimed 0.002'])).to.deep.equal(['0 claimed 0.002']);
    expect(await credit(SELLER)).to.equal((2n * PRICE * 3n) / 10n);
    // Everybody has read the voucher by now: the key shows itself by the next number.
    expect(host.outcomeOf(await host.buy(video, channel, [0, 1], 2), video)).to.equal('voucher_conflict');
    const empty = { units: [0, 1], ...(await host.signed(channel, [], { seq: 1 })) };
    expect(host.outcomeOf(await host.post(video, empty), video)).to.deep.equal([0, 1]);
    expect(await vouchers()).to.deep.equal(['0 claimed 0.002']);
  });

  it('its number grows no more: the next voucher begins empty, under the next one', async () => {
    const grown = expectProblem(await host.buy(video, channel, [2], 3), 409, 'voucher_conflict', 'voucher');
    expect(grown.next_seq).to.equal(1);
    expect(host.outcomeOf(await host.buy(video, channel, [2], 1, { seq: 1 }), video)).to.deep.equal([2]);
    expect(await vouchers()).to.deep.equal(['0 claimed 0.002', '1 open 0.001']);
  });

  it('where the viewer leaves, the rest is claimed at once and the deposit comes back, to the wei', async () => {
    const viewer = host.api.as(VIEWER);
    const leaving = [host.seller, ZeroAddress, channel.key.address, ZeroHash] as const;
    await (await viewer.initiateWithdraw(...leaving)).wait();
    const all = ['0 claimed 0.002', '1 claimed 0.001'];
    expect(await until(all)).to.deep.equal(all);
    const [provider, token, authorizer, salt] = leaving;
    const left = { viewer: host.api.wallet(VIEWER).address, provider, token, authorizer, salt };
    await host.moveTo(Number((await viewer.channelOf(left)).withdrawableAtSec));
    await (await viewer.finalizeWithdraw(left)).wait();
    await host.api.settled();
    expect(await credit(VIEWER)).to.equal(DEPOSIT - 3n * PRICE);
    expect(await credit(SELLER)).to.equal((3n * PRICE * 3n) / 10n);
    const { body } = await host.api.get(`/channels/${channel.channelId}`);
    const [row] = body.channels as { claimed: string; deposit: string; epoch: number }[];
    expect(row).to.include({ claimed: '0.003', deposit: '0', epoch: 2 });
  });

  it('stays open to its viewer', async () => {
    const token = await host.token(video, { by: VIEWER });
    for (const unit of [1, 2]) {
      expect(await host.keyBy(`~${token}/${video.cid}/keys/${unit}`)).to.equal(video.hashes[unit]);
    }
  });

  it('are claimed at the wish of the provider, or its delegate, however young and small they are', async () => {
    const other = await host.open({ by: OTHER_VIEWER });
    expect(host.outcomeOf(await host.buy(video, other, [0], 1), video)).to.deep.equal([0]);
    const claim = async (by: number) =>
      await host.api.call('POST', '/vouchers/claim', { headers: await host.api.signedIn(by) });
    expectProblem(await claim(OTHER_VIEWER), 403, 'wallet_mismatch', 'Authorization');
    const { status, body } = await claim(SELLER);
    expect([status, body.message]).to.deep.equal([200, 'Claiming has begun.']);
    const [batch] = body.claiming as Record<string, unknown>[];
    expect(batch).to.deep.include({ vouchers: 1, amount: '0.001', token_symbol: 'ETH' });
    const all = ['0 claimed 0.001', '0 claimed 0.002', '1 claimed 0.001'];
    expect(await until(all)).to.deep.equal(all);
    expect((await claim(SELLER)).body.message).to.equal('Nothing can be claimed now.');
    const delegate = host.api.wallet(OTHER_VIEWER).address;
    await (await host.api.as(SELLER).setClaimDelegate(delegate)).wait();
    expect((await claim(OTHER_VIEWER)).status).to.equal(200);
    await (await host.api.as(SELLER).setClaimDelegate(ZeroAddress)).wait();
  });
});

/** As after a restore: what was signed and claimed since the copy, only the chain and the viewers know. */
describe('keys that were claimed, by a book that does not know it, where no job claims', () => {
  let host: Selling;
  let video: Video;
  before(async () => {
    host = await startSelling({ env: { CLAIM: 'off' } });
    video = await host.packaged();
  });
  after(() => host.stop());

  async function claimedElsewhere(channel: Channel, units: number, seq = 0) {
    const { signature } = await host.signed(channel, [[video.contentId, units]], { seq });
    const items = [{ contentId: video.contentId, units: BigInt(units), unitPrice: PRICE }];
    const voucher = { channelId: channel.channelId, epoch: 1n, seq: BigInt(seq), items };
    const { contents, vouchers } = packBatch([{ ...voucher, signature: Signature.from(signature) }]);
    await (await host.api.as(SELLER).claim(host.seller, ZeroAddress, contents, vouchers)).wait();
    await host.api.settled();
  }
  /** By a voucher that promises nothing, under the next number. */
  const again = async (channel: Channel, units: number[], seq: number) =>
    host.outcomeOf(await host.post(video, { units, ...(await host.signed(channel, [], { seq })) }), video);

  it('are opened again and not charged again, where it holds an older form of the voucher', async () => {
    const channel = await host.open();
    expect(host.outcomeOf(await host.buy(video, channel, [0], 1), video)).to.deep.equal([0]);
    await claimedElsewhere(channel, 2);
    expect(await again(channel, [0, 1], 1)).to.deep.equal([0, 1]);
    expect(await again(channel, [2], 1)).to.equal('payment_required');
    await claimedElsewhere(channel, 1, 1);
    expect(await again(channel, [2], 2)).to.deep.equal([2]);
  });

  it('are opened, where it does not know the voucher at all', async () => {
    const channel = await host.open({ by: OTHER_VIEWER });
    await claimedElsewhere(channel, 1);
    await claimedElsewhere(channel, 1, 4);
    expect(await again(channel, [1, 2], 5)).to.deep.equal([1, 2]);
    expect(await again(channel, [0], 5)).to.equal('payment_required');
  });
});
