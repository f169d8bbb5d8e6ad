import { expect } from 'chai';
import { concat, dataLength, dataSlice } from 'ethers';
import {
  type ChannelWorld,
  claim,
  DEPOSIT,
  opened,
  openedForTwo,
  openedInToken,
  sign,
  stateOf,
} from './channels.ts';
import { events } from './sponsor.ts';
import { packBatch, packItem } from './vouchers.ts';
import {
  contentIdOf,
  ethers,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  PRICE,
  publication,
  SHARE_BPS,
  split,
} from './world.ts';

const { loadFixture } = networkHelpers;

async function creditsOf({ host, creator, provider, channel }: ChannelWorld) {
  return [await host.credits(creator, channel.token), await host.credits(provider, channel.token)];
}

describe('claim()', () => {
  it('refuses everybody but the provider and its delegate', async () => {
    const world = await loadFixture(opened);
    const { host, provider, creator, viewer, stranger } = world;
    for (const account of [creator, viewer, stranger]) {
      await expect(claim(world, [await sign(world)], account))
        .to.be.revertedWithCustomError(host, 'NotClaimer')
        .withArgs(provider.address, account.address);
    }
  });

  it('refuses vouchers that end too early or too late', async () => {
    const world = await loadFixture(opened);
    const { host, provider } = world;
    const { contents, vouchers } = packBatch([await sign(world), await sign(world, { seq: 1n })]);
    for (const malformed of [
      dataSlice(vouchers, 0, -1),
      concat([vouchers, '0x00']),
      dataSlice(vouchers, 0, 50),
    ]) {
      await expect(host.connect(provider).claim(provider, NATIVE, contents, malformed))
        .to.be.revertedWithCustomError(host, 'VouchersMalformed')
        .withArgs(dataLength(malformed));
    }
  });

  it('refuses items that point beyond the contents', async () => {
    const world = await loadFixture(opened);
    const { host, provider } = world;
    const { contents, vouchers } = packBatch([await sign(world)]);
    const beyond = concat([dataSlice(vouchers, 0, -6), packItem(1, 1n)]);
    await expect(host.connect(provider).claim(provider, NATIVE, contents, beyond))
      .to.be.revertedWithCustomError(host, 'ContentIndexInvalid')
      .withArgs(1);
  });

  it('credits the provider its share rounded down and the creator the rest', async () => {
    const world = await loadFixture(opened);
    const { contentId } = world;
    await claim(world, [await sign(world, { items: [{ contentId, units: 3n, unitPrice: PRICE }] })]);
    const [creatorAmount, providerAmount] = split(3n * PRICE);
    expect((3n * PRICE * SHARE_BPS) % 10_000n).to.be.greaterThan(0n);
    expect(await creditsOf(world)).to.deep.equal([creatorAmount, providerAmount]);
  });

  it('takes what it costs from the deposit, whatever goes to whom', async () => {
    const world = await loadFixture(opened);
    const { host } = world;
    await expect(claim(world, [await sign(world, { seq: 6n })])).to.changeEtherBalances(ethers, [host], [0n]);
    expect(await stateOf(world)).to.deep.equal({
      deposit: DEPOSIT - PRICE,
      epoch: 1n,
      nextSeq: 7n,
      withdrawableAtSec: 0n,
    });
  });

  it('splits each item by itself, and pays each creator and each share', async () => {
    const world = await loadFixture(openedForTwo);
    const { host, stranger, contentId, otherId } = world;
    const items = [
      { contentId, units: 2n, unitPrice: PRICE },
      { contentId: otherId, units: 2n, unitPrice: 7n * PRICE },
      { contentId, units: 2n, unitPrice: PRICE },
    ];
    await claim(world, [await sign(world, { items })]);
    const [creatorOnce, providerOnce] = split(2n * PRICE);
    const [strangerAmount, providerOther] = split(14n * PRICE, 1_234n);
    expect(2n * providerOnce).not.to.equal(split(4n * PRICE)[1]);
    expect(await creditsOf(world)).to.deep.equal([2n * creatorOnce, 2n * providerOnce + providerOther]);
    expect(await host.credits(stranger, NATIVE)).to.equal(strangerAmount);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT - 18n * PRICE);
  });

  it('adds to credits that were there', async () => {
    const world = await loadFixture(opened);
    await claim(world, [await sign(world)]);
    await claim(world, [await sign(world, { seq: 1n })]);
    const [creatorAmount, providerAmount] = split(PRICE);
    expect(await creditsOf(world)).to.deep.equal([2n * creatorAmount, 2n * providerAmount]);
  });

  it('pays several vouchers of one channel in a row, each by itself', async () => {
    const world = await loadFixture(opened);
    await claim(world, [await sign(world), await sign(world, { seq: 1n }), await sign(world, { seq: 9n })]);
    const [creatorAmount, providerAmount] = split(PRICE);
    expect(await creditsOf(world)).to.deep.equal([3n * creatorAmount, 3n * providerAmount]);
    expect(await stateOf(world)).to.include({ deposit: DEPOSIT - 3n * PRICE, nextSeq: 10n });
  });

  it('pays in a token', async () => {
    const world = await loadFixture(openedInToken);
    await claim(world, [await sign(world)]);
    expect(await creditsOf(world)).to.deep.equal([...split(PRICE)]);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT - PRICE);
  });

  it('logs the contents with price and share, then the voucher with items that point there', async () => {
    const world = await loadFixture(openedForTwo);
    const { host, channelId, provider, contentId, otherId } = world;
    const items = [
      { contentId: otherId, units: 2n, unitPrice: 7n * PRICE },
      { contentId, units: 3n, unitPrice: PRICE },
    ];
    const { contents, vouchers } = packBatch([await sign(world, { seq: 5n, items })]);
    const sent = await host.connect(provider).claim(provider, NATIVE, contents, vouchers);
    await expect(sent)
      .to.emit(host, 'ClaimBatch')
      .withArgs(provider.address, NATIVE, [
        [otherId, 7n * PRICE, 1_234n],
        [contentId, PRICE, SHARE_BPS],
      ]);
    await expect(sent)
      .to.emit(host, 'VoucherClaimed')
      .withArgs(channelId, 5, concat([packItem(0, 2n), packItem(1, 3n)]));
    expect((await events(world, sent)).map(({ name }) => name)).to.deep.equal([
      'ClaimBatch',
      'VoucherClaimed',
    ]);
  });

  it('pays the price that was signed where it is higher than the one in force', async () => {
    const world = await loadFixture(opened);
    const { contentId } = world;
    const items = [
      { contentId, units: 1n, unitPrice: PRICE },
      { contentId, units: 1n, unitPrice: 3n * PRICE },
    ];
    await claim(world, [await sign(world, { items })]);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT - 4n * PRICE);
  });

  it('pays where the deposit is just enough', async () => {
    const world = await loadFixture(opened);
    const { host, contentId } = world;
    const items = [{ contentId, units: 100n, unitPrice: PRICE }];
    await expect(claim(world, [await sign(world, { items })])).to.emit(host, 'VoucherClaimed');
    expect((await stateOf(world)).deposit).to.equal(0n);
  });

  it('pays a voucher with the last number there is', async () => {
    const world = await loadFixture(opened);
    const { host } = world;
    await expect(claim(world, [await sign(world, { seq: 2n ** 32n - 1n })])).to.emit(host, 'VoucherClaimed');
    expect(await stateOf(world)).to.deep.equal({
      deposit: DEPOSIT - PRICE,
      epoch: 1n,
      nextSeq: 2n ** 32n,
      withdrawableAtSec: 0n,
    });
  });

  it('pays most units at the highest price', async () => {
    const world = await loadFixture(openedInToken);
    const { host, hostAddress, viewer, creator, channel, token, tokenAddress } = world;
    const [units, unitPrice] = [2n ** 32n - 1n, 2n ** 72n - 1n];
    const cost = 2n * units * unitPrice;
    await token.mint(viewer, cost);
    await token.connect(viewer).approve(hostAddress, cost);
    await host.connect(viewer).deposit(channel, cost);
    const item = { contentId: contentIdOf(creator.address, tokenAddress), units, unitPrice };
    await claim(world, [await sign(world, { items: [item, item] })]);
    const [creatorAmount, providerAmount] = split(units * unitPrice);
    expect(await creditsOf(world)).to.deep.equal([2n * creatorAmount, 2n * providerAmount]);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT);
  });

  it('asks for no stream', async () => {
    const world = await loadFixture(opened);
    const { host, provider, contentId } = world;
    expect(await host.streamOf(contentId, provider)).to.equal('');
    await expect(claim(world, [await sign(world)])).to.emit(host, 'VoucherClaimed');
  });

  it('pays for retired content: what was watched is owed', async () => {
    const world = await loadFixture(opened);
    const { host, creator, contentId } = world;
    await host.connect(creator).retire(contentId);
    await networkHelpers.time.increase(NOTICE_SEC * 100n);
    await expect(claim(world, [await sign(world)])).to.emit(host, 'VoucherClaimed');
    expect(await creditsOf(world)).to.deep.equal([...split(PRICE)]);
  });

  it('gives one side everything where the shares say so', async () => {
    const world = await loadFixture(opened);
    const { host, creator } = world;
    for (const [cid, providerShareBps] of [
      ['all for the creator', 0n],
      ['all for the provider', 10_000n],
    ] as const) {
      await host.connect(creator).publish(publication({ cid, providerShareBps }));
    }
    const items = ['all for the creator', 'all for the provider'].map((cid) => ({
      contentId: contentIdOf(creator.address, NATIVE, cid),
      units: 1n,
      unitPrice: PRICE,
    }));
    await claim(world, [await sign(world, { items })]);
    expect(await creditsOf(world)).to.deep.equal([PRICE, PRICE]);
  });

  it('does nothing but logging without vouchers', async () => {
    const world = await loadFixture(opened);
    const sent = await claim(world, []);
    expect((await events(world, sent)).map(({ name }) => name)).to.deep.equal(['ClaimBatch']);
    expect(await creditsOf(world)).to.deep.equal([0n, 0n]);
  });
});
