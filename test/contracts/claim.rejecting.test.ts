import { expect } from 'chai';
import { id, type Signature, Wallet } from 'ethers';
import {
  type ChannelWorld,
  channelIdOf,
  claim,
  DEPOSIT,
  leaving,
  ofViewer,
  opened,
  openedForTwo,
  openedInToken,
  type Reason,
  reason,
  sign,
  stateOf,
} from './channels.ts';
import { events } from './sponsor.ts';
import { type SignedVoucher, signVoucher } from './vouchers.ts';
import { at, contentIdOf, NATIVE, networkHelpers, PRICE, publication, split } from './world.ts';

const { loadFixture } = networkHelpers;
/** secp256k1's group order: s and n - s sign the same. */
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The voucher is rejected with this reason, nothing else is logged, and nothing changes. */
async function expectRejected(world: ChannelWorld, voucher: SignedVoucher, why: Reason): Promise<void> {
  const { host, creator, provider, channel } = world;
  const before = await stateOf(world);
  const sent = await claim(world, [voucher]);
  await expect(sent).to.emit(host, 'VoucherRejected').withArgs(voucher.channelId, voucher.seq, reason(why));
  expect((await events(world, sent)).map(({ name }) => name)).to.deep.equal([
    'ClaimBatch',
    'VoucherRejected',
  ]);
  expect(await stateOf(world)).to.deep.equal(before);
  expect(await host.credits(creator, channel.token)).to.equal(0n);
  expect(await host.credits(provider, channel.token)).to.equal(0n);
}

describe('claim() rejects', () => {
  it('a voucher that another key signed', async () => {
    const world = await loadFixture(opened);
    const other = { ...world, authorizer: new Wallet(id('another key')) };
    await expectRejected(world, await sign(other), 'SignerUnknown');
  });

  it('a voucher that the viewer’s wallet signed: only the channel’s key counts', async () => {
    const world = await loadFixture(opened);
    const items = [{ contentId: world.contentId, units: 1n, unitPrice: PRICE }];
    const voucher = { channelId: world.channelId, epoch: 1n, seq: 0n, items };
    await expectRejected(world, await signVoucher(world.viewer, world.domain, voucher), 'SignerUnknown');
  });

  it('a voucher of a channel that nobody opened', async () => {
    const world = await loadFixture(opened);
    const channelId = channelIdOf({ ...world.channel, salt: id('another browser') });
    await expectRejected(world, await sign(world, { channelId }), 'SignerUnknown');
  });

  for (const [field, changes] of [
    ['its number', { seq: 1n }],
    ['its epoch', { epoch: 2n }],
    ['its units', { items: [{ units: 2n }] }],
    ['its price', { items: [{ unitPrice: PRICE + 1n }] }],
  ] as const) {
    it(`a voucher when ${field} is not what was signed`, async () => {
      const world = await loadFixture(opened);
      const voucher = await sign(world);
      const items = voucher.items.map((item) => ({
        ...item,
        ...('items' in changes ? changes.items[0] : {}),
      }));
      await expectRejected(world, { ...voucher, ...changes, items }, 'SignerUnknown');
    });
  }

  it('a voucher from which an item is taken, or to which one is added', async () => {
    const world = await loadFixture(openedForTwo);
    const { contentId, otherId } = world;
    const items = [
      { contentId, units: 1n, unitPrice: PRICE },
      { contentId: otherId, units: 1n, unitPrice: 7n * PRICE },
    ];
    const voucher = await sign(world, { items });
    for (const changed of [items.slice(0, 1), items.toReversed(), [...items, ...items], []]) {
      await expectRejected(world, { ...voucher, items: changed }, 'SignerUnknown');
    }
  });

  it('a signature with the upper s, a zero one and one of no curve point', async () => {
    const world = await loadFixture(opened);
    const voucher = await sign(world);
    const { r, s, v } = voucher.signature;
    const upper = { r, yParityAndS: bytes32((N - BigInt(s)) | (v === 27 ? 1n << 255n : 0n)) };
    const zero = { r: bytes32(0n), yParityAndS: bytes32(0n) };
    const none = { r: bytes32(5n), yParityAndS: s };
    for (const signature of [upper, zero, none]) {
      await expectRejected(world, { ...voucher, signature: signature as Signature }, 'SignerUnknown');
    }
  });

  it('a voucher of an epoch that is over, or to come', async () => {
    const world = await loadFixture(opened);
    const { host, viewer, provider, channel } = world;
    const ofFirst = await sign(world, { seq: 1n });
    await expectRejected(world, await sign(world, { epoch: 2n }), 'EpochInvalid');
    await host.connect(provider).release(channel);
    await host.connect(viewer).deposit(channel, DEPOSIT, { value: DEPOSIT });
    await expectRejected(world, ofFirst, 'EpochInvalid');
    await expectRejected(world, await sign(world, { epoch: 0n }), 'EpochInvalid');
  });

  it('a voucher after the withdrawal was finalized', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, channel, withdrawableAtSec } = world;
    await at(withdrawableAtSec);
    await host.connect(viewer).finalizeWithdraw(channel);
    await expectRejected(world, await sign(world), 'EpochInvalid');
  });

  it('a voucher whose number, or a later one, was claimed', async () => {
    const world = await loadFixture(opened);
    const { host } = world;
    await claim(world, [await sign(world, { seq: 5n })]);
    for (const seq of [5n, 4n, 0n]) {
      await expect(claim(world, [await sign(world, { seq })]))
        .to.emit(host, 'VoucherRejected')
        .withArgs(world.channelId, seq, reason('SeqUsed'));
    }
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT - PRICE);
  });

  it('a number of an earlier epoch: numbers never start again', async () => {
    const world = await loadFixture(opened);
    const { host, provider, channel, channelId } = world;
    await claim(world, [await sign(world, { seq: 5n })]);
    await host.connect(provider).release(channel);
    await host.deposit(channel, DEPOSIT, { value: DEPOSIT });
    await expect(claim(world, [await sign(world, { epoch: 2n, seq: 5n })]))
      .to.emit(host, 'VoucherRejected')
      .withArgs(channelId, 5, reason('SeqUsed'));
  });

  it('a voucher for content that nobody published', async () => {
    const world = await loadFixture(opened);
    const items = [{ contentId: id('nothing'), units: 1n, unitPrice: PRICE }];
    await expectRejected(world, await sign(world, { items }), 'ContentUnknown');
  });

  it('a voucher for content priced in a token, in a channel of native coin', async () => {
    const world = await loadFixture(openedInToken);
    const { host, viewer, contentId } = world;
    const channel = { ...world.channel, token: NATIVE };
    await host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT });
    const native = { ...world, channel, channelId: channelIdOf(channel), contentId };
    await expectRejected(native, await sign(native), 'OtherToken');
  });

  it('a voucher for content priced in the native coin, in a channel of a token', async () => {
    const world = await loadFixture(openedInToken);
    const { host, creator } = world;
    await host.connect(creator).publish(publication());
    const items = [{ contentId: contentIdOf(creator.address), units: 1n, unitPrice: PRICE }];
    await expectRejected(world, await sign(world, { items }), 'OtherToken');
  });

  it('a voucher below the price', async () => {
    const world = await loadFixture(opened);
    const items = [{ contentId: world.contentId, units: 1n, unitPrice: PRICE - 1n }];
    await expectRejected(world, await sign(world, { items }), 'PriceTooLow');
  });

  it('a voucher with an item without units', async () => {
    const world = await loadFixture(opened);
    const { contentId } = world;
    const items = [
      { contentId, units: 1n, unitPrice: PRICE },
      { contentId, units: 0n, unitPrice: PRICE },
    ];
    await expectRejected(world, await sign(world, { items }), 'UnitsZero');
  });

  it('a voucher above the deposit, whole', async () => {
    const world = await loadFixture(opened);
    const items = [
      { contentId: world.contentId, units: 100n, unitPrice: PRICE },
      { contentId: world.contentId, units: 1n, unitPrice: PRICE },
    ];
    await expectRejected(world, await sign(world, { items }), 'DepositTooLow');
  });

  it('the second of two vouchers that the deposit can’t pay together', async () => {
    const world = await loadFixture(opened);
    const { host, channelId, creator, contentId } = world;
    const items = [{ contentId, units: 60n, unitPrice: PRICE }];
    const sent = await claim(world, [await sign(world, { items }), await sign(world, { seq: 1n, items })]);
    await expect(sent).to.emit(host, 'VoucherRejected').withArgs(channelId, 1, reason('DepositTooLow'));
    expect(await host.credits(creator, NATIVE)).to.equal(split(60n * PRICE)[0]);
  });
});

function bytes32(value: bigint): string {
  return `0x${value.toString(16).padStart(64, '0')}`;
}
