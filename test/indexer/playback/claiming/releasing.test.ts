import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { ClaimChain } from '../../../../indexer/playback/claiming/claim-chain.ts';
import { dropAsked } from '../../../../indexer/playback/claiming/release/dropping.ts';
import type { ContentRow } from '../../../../indexer/store/store.ts';
import { domainOf } from '../../../contracts/signed.ts';
import { packBatch, signVoucher } from '../../../contracts/vouchers.ts';
import { until } from '../../../until.ts';
import {
  type ClaimingWorld,
  claimingWorld,
  DELAY_SEC,
  PRICE,
  type Process,
  parts,
  type TestChannel,
} from './world.ts';

/** Only what a deadline threatens. */
const DEADLINES_ONLY = { afterSec: 10 ** 9, gasFactor: 10n ** 30n };
const DEPOSIT = 9n * PRICE;

describe('giving deposits back', () => {
  let world: ClaimingWorld;
  let listing: ContentRow;
  beforeEach(async () => {
    world = await claimingWorld();
    listing = await world.publish();
  });
  afterEach(() => world.close());

  const pass = async ({ claiming, releasing }: Process) => {
    await claiming.run();
    await releasing.run();
  };
  const channelIn = ({ viewer, named: [provider, token, authorizer, salt] }: TestChannel) => {
    return { viewer, provider, token, authorizer, salt };
  };
  const held = async (channel: TestChannel) => {
    const { deposit, epoch } = await world.as(world.viewer).channelOf(channelIn(channel));
    return [deposit, Number(epoch)];
  };
  const stateOf = async ({ book }: Process, { id: channelId }: TestChannel) =>
    (await book.releaseOf({ contract: world.contract, channelId }))?.state ?? null;
  const isSold = async ({ book }: Process, { id: channelId }: TestChannel, epoch = 1) => {
    const voucher = { contract: world.contract, channelId, epoch, seq: 0 };
    const of = { voucher, scope: 's', contentId: listing.contentId, nowSec: 0 };
    return !(await book.sell(of, ({ isReleased }) => ({ answer: isReleased })));
  };
  const releases = async () => {
    const host = world.as(world.viewer);
    return (await host.queryFilter(host.filters.ChannelReleased())).map(({ args }) => args.amount);
  };
  /** The key's records keep what it has sent. */
  function finalizeNothing() {
    const { provider } = world.chain;
    const send = provider.send.bind(provider);
    provider.send = (method, params) => {
      const isCount = method === 'eth_getTransactionCount' && (params as unknown[])[1] === 'finalized';
      return isCount ? Promise.resolve('0x0') : send(method, params);
    };
  }
  const automine = (on: boolean) => world.chain.call('evm_setAutomine', on);
  /** A pass that sends it, while no block comes; it ends with the block. */
  async function sendStuck(host: Process, channel: TestChannel) {
    await automine(false);
    const underWay = host.releasing.run();
    underWay.catch(() => undefined);
    const key = { contract: world.contract, channelId: channel.id };
    await until('noted', async () => (await host.book.releaseOf(key))?.txHash != null);
    return { underWay };
  }
  async function claimByHand(channel: TestChannel, seq: number, units: number, epoch = 1) {
    const { chainId } = await world.chain.provider.getNetwork();
    const item = { contentId: listing.contentId, units: BigInt(units), unitPrice: PRICE };
    const bill = { channelId: channel.id, epoch: BigInt(epoch), seq: BigInt(seq), items: [item] };
    const { contents, vouchers } = packBatch([
      await signVoucher(channel.key, domainOf(world.contract, chainId), bill),
    ]);
    const { address } = world.provider;
    await (await world.as(world.provider).claim(address, channel.token, contents, vouchers)).wait();
  }

  it('claims what was sold at once, and gives the rest down to the wallet, to the wei', async () => {
    const host = await world.start({ policy: DEADLINES_ONLY });
    const channel = await world.open(DEPOSIT);
    await world.sign(host, channel, [[listing, 4]]);
    await pass(host);
    expect(await world.earned()).to.deep.equal([0n, 0n]);
    await world.askBack(host, channel);
    const before = await world.chain.provider.getBalance(channel.viewer);
    await pass(host);
    expect(await world.earned()).to.deep.equal(parts(4));
    expect(await world.chain.provider.getBalance(channel.viewer)).to.equal(before + 5n * PRICE);
    expect(await held(channel)).to.deep.equal([0n, 2]);
    expect([
      await stateOf(host, channel),
      await isSold(host, channel),
      await isSold(host, channel, 2),
    ]).to.deep.equal(['over', false, true]);
  });

  it('gives each back once, however many processes look at a time', async () => {
    const first = await world.start();
    const second = await world.start({ beside: first });
    const channel = await world.open(DEPOSIT);
    await world.sign(first, channel, [[listing, 1]]);
    await world.askBack(first, channel);
    await Promise.all([pass(first), pass(second), pass(first), pass(second)]);
    await pass(first);
    expect(await releases()).to.deep.equal([8n * PRICE]);
    expect(await held(channel)).to.deep.equal([0n, 2]);
  });

  it('waits for each voucher in its turn, and for what can still be undone', async () => {
    let undoable = 5;
    const host = await world.start({ undoable: () => undoable });
    const channel = await world.open(DEPOSIT);
    for (const seq of [0, 1]) await world.sign(host, channel, [[listing, seq + 1]], { seq });
    await world.askBack(host, channel);
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal(['asked', []]);
    await world.chain.call('hardhat_mine', '0x5');
    await pass(host);
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal(['asked', []]);
    undoable = 0;
    await pass(host);
    expect(await world.earned()).to.deep.equal(parts(1, 2));
    expect(await releases()).to.deep.equal([6n * PRICE]);
  });

  it('does not wait for a claim of its own to be final, which comes before it in every block', async () => {
    let undoable = 5;
    const host = await world.start({ undoable: () => undoable });
    const channel = await world.open(DEPOSIT);
    await world.sign(host, channel, [[listing, 2]]);
    await world.chain.call('hardhat_mine', '0x6');
    await world.askBack(host, channel);
    await pass(host);
    expect(await releases()).to.deep.equal([7n * PRICE]);
    expect([
      await stateOf(host, channel),
      await isSold(host, channel),
      await isSold(host, channel, 2),
    ]).to.deep.equal(['mined', false, true]);
    undoable = 0;
    await pass(host);
    expect(await stateOf(host, channel)).to.equal('over');
  });

  it('waits until the claim of somebody else can not be undone', async () => {
    let undoable = 5;
    const host = await world.start({ undoable: () => undoable });
    const channel = await world.open(DEPOSIT);
    await world.sign(host, channel, [[listing, 2]]);
    await world.chain.call('hardhat_mine', '0x2');
    await claimByHand(channel, 0, 2);
    await world.askBack(host, channel);
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal(['asked', []]);
    undoable = 0;
    await pass(host);
    expect(await releases()).to.deep.equal([7n * PRICE]);
  });

  it('refuses where the chain has paid what the book has not signed for', async () => {
    const host = await world.start();
    const channel = await world.open(DEPOSIT);
    await claimByHand(channel, 0, 1);
    await world.askBack(host, channel);
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal([null, []]);
    expect(host.logged.map(({ why }) => why)).to.include('the book has not signed for all that was sold');
    expect(await isSold(host, channel)).to.equal(true);
  });

  it('refuses where the book has a voucher of a newer epoch', async () => {
    const host = await world.start();
    const channel = await world.open(DEPOSIT);
    await world.askBack(host, channel);
    await world.sign(host, channel, [[listing, 1]], { epoch: 2 });
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal([null, []]);
  });

  it('refuses while another host may sell for the same deposit, and where its key may not', async () => {
    let isElsewhere = true;
    const host = await world.start({ isSoldElsewhere: () => isElsewhere });
    const channel = await world.open(DEPOSIT);
    await world.askBack(host, channel);
    await pass(host);
    isElsewhere = false;
    expect(await stateOf(host, channel)).to.equal(null);
    await (await world.as(world.provider).setClaimDelegate(ZeroAddress)).wait();
    await world.askBack(host, channel);
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal([null, []]);
  });

  it('refuses what would take more gas than was counted for it', async () => {
    const host = await world.start();
    const channel = await world.open(DEPOSIT);
    const of = await world.askBack(host, channel);
    const release = await host.book.releaseOf(of);
    if (release) await host.book.moveRelease(release, null);
    await host.book.beginRelease({ ...of, askedAtSec: 0, data: release?.data ?? '', gas: 50_000n });
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal([null, []]);
  });

  it('leaves an epoch alone that the viewer has ended meanwhile', async () => {
    const host = await world.start();
    const channel = await world.open(DEPOSIT);
    await world.askBack(host, channel);
    await (await world.as(world.viewer).initiateWithdraw(...channel.named)).wait();
    await world.pass(DELAY_SEC + 1);
    await (await world.as(world.viewer).finalizeWithdraw(channelIn(channel))).wait();
    await (await world.as(world.viewer).deposit(channelIn(channel), PRICE, { value: PRICE })).wait();
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal([null, []]);
    expect(await held(channel)).to.deep.equal([PRICE, 2]);
  });

  it('sells nothing in any epoch while it is on its way: a viewer could end this one before, and buy in the next', async () => {
    const host = await world.start();
    const channel = await world.open(DEPOSIT);
    await (await world.as(world.viewer).initiateWithdraw(...channel.named)).wait();
    await world.pass(DELAY_SEC + 1);
    await world.askBack(host, channel);
    const { underWay } = await sendStuck(host, channel);
    const txHash = (await host.book.releaseOf({ contract: world.contract, channelId: channel.id }))?.txHash;
    await world.chain.call('hardhat_dropTransaction', txHash);
    await automine(true);
    await (await world.as(world.viewer).finalizeWithdraw(channelIn(channel))).wait();
    await (await world.as(world.viewer).deposit(channelIn(channel), PRICE, { value: PRICE })).wait();
    await host.settled();
    expect([await stateOf(host, channel), await held(channel)]).to.deep.equal(['sent', [PRICE, 2]]);
    expect([await isSold(host, channel), await isSold(host, channel, 2)]).to.deep.equal([false, false]);
    await pass(host);
    await underWay;
    await pass(host);
    // It has ended the epoch after, too, for which nothing was sold.
    expect(await held(channel)).to.deep.equal([0n, 3]);
    expect(await world.credits(world.viewer)).to.equal(0n);
    expect([await isSold(host, channel, 2), await isSold(host, channel, 3)]).to.deep.equal([false, true]);
  });

  it('sends it again, and sells nothing, where a reorganisation has undone it', async () => {
    let undoable = 5;
    const host = await world.start({ undoable: () => undoable });
    finalizeNothing();
    const channel = await world.open(DEPOSIT);
    await world.chain.call('hardhat_mine', '0x6');
    await world.askBack(host, channel);
    const snapshot = await world.chain.call('evm_snapshot');
    await pass(host);
    expect(await stateOf(host, channel)).to.equal('mined');
    await world.chain.call('evm_revert', snapshot);
    await world.chain.call('hardhat_mine', '0x3');
    await host.settled();
    expect([await isSold(host, channel), await held(channel)]).to.deep.equal([false, [DEPOSIT, 1]]);
    await pass(host);
    undoable = 0;
    await pass(host);
    expect([await stateOf(host, channel), await held(channel)]).to.deep.equal(['over', [0n, 2]]);
    expect(await releases()).to.deep.equal([DEPOSIT]);
  });

  it('sells again once its nonce is used otherwise for good, and not before', async () => {
    let undoable = 0;
    const host = await world.start({ undoable: () => undoable });
    const channel = await world.open(DEPOSIT);
    await world.askBack(host, channel);
    const { underWay } = await sendStuck(host, channel);
    const key = { contract: world.contract, channelId: channel.id };
    const nonce = (await host.book.releaseOf(key))?.nonce ?? 0;
    const { address } = world.wallet(0);
    await world.wallet(0).sendTransaction({ to: address, nonce, gasPrice: 10n ** 12n });
    undoable = 5;
    await world.chain.call('evm_mine');
    await automine(true);
    expect(await underWay.catch(({ name }) => name)).to.equal('Replaced');
    await pass(host);
    expect([await stateOf(host, channel), await isSold(host, channel)]).to.deep.equal(['sent', false]);
    undoable = 0;
    await pass(host);
    expect([await stateOf(host, channel), await isSold(host, channel)]).to.deep.equal([null, true]);
    expect(await held(channel)).to.deep.equal([DEPOSIT, 1]);
  });

  it('goes on where a crash has left a mark and no transaction', async () => {
    const host = await world.start();
    const channel = await world.open(DEPOSIT);
    const of = await world.askBack(host, channel);
    const release = await host.book.releaseOf(of);
    if (!release) throw new Error('it is not asked for');
    const account = world.wallet(0).address.toLowerCase();
    expect(await host.book.markReleaseSent(release, { account, nonce: 0 }, () => true)).to.equal(true);
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal(['over', [DEPOSIT]]);
  });

  it('leaves what is not worth its gas, in the native coin once a withdrawal would have', async () => {
    await world.chain.call('hardhat_setNextBlockBaseFeePerGas', '0xe8d4a51000');
    let sec = await world.headSec();
    const host = await world.start({ nowSec: () => sec });
    const channel = await world.open(DEPOSIT);
    await world.sign(host, channel, [[listing, 1]], { nowSec: sec });
    await world.askBack(host, channel, sec);
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal(['asked', []]);
    sec += DELAY_SEC + 60;
    await pass(host);
    expect(await releases()).to.deep.equal([DEPOSIT]);
    await pass(host);
    const key = { contract: world.contract, channelId: channel.id, epoch: 1, seq: 0 };
    expect(await host.book.voucher(key)).to.include({ state: 'void', reason: 'epoch_over' });
  });

  for (const [units, what] of [
    [[1, 5], 'a large one behind dust'],
    [[5, 1, 1], 'more dust than one voucher'],
    [Array.from({ length: 100 }, () => 1), 'a hundred vouchers of dust'],
  ] as const) {
    it(`gives nothing back over ${what}: a viewer could split what it buys`, async () => {
      const token = await world.token();
      const priced = await world.publish({ token });
      const host = await world.start({ policy: { gasFactor: 1n, leastOf: () => 3n * PRICE } });
      const channel = await world.open(100n * PRICE, { token });
      for (const [seq, number] of units.entries())
        await world.sign(host, channel, [[priced, number]], { seq });
      await world.askBack(host, channel);
      for (let turn = 0; turn < 3; turn += 1) await pass(host);
      expect([await stateOf(host, channel), await isSold(host, channel)]).to.deep.equal([null, true]);
      expect([await releases(), await held(channel).then(([, epoch]) => epoch)]).to.deep.equal([[], 1]);
      const [first = 0] = units;
      expect(await world.earned(token)).to.deep.equal(first === 5 ? parts(5) : [0n, 0n]);
    });
  }

  it('leaves one voucher of dust of a token at once', async () => {
    const token = await world.token();
    const priced = await world.publish({ token });
    const host = await world.start({ policy: { gasFactor: 1n, leastOf: () => 3n * PRICE } });
    const channel = await world.open(DEPOSIT, { token });
    await world.sign(host, channel, [[priced, 5]]);
    await world.sign(host, channel, [[priced, 1]], { seq: 1 });
    await world.askBack(host, channel);
    for (let turn = 0; turn < 2; turn += 1) await pass(host);
    expect(await world.earned(token)).to.deep.equal(parts(5));
    expect(await releases()).to.deep.equal([4n * PRICE]);
  });

  for (const others of [0, 1]) {
    it(`gives nothing back over what is below the gas and no dust, before ${others} that are worth it`, async () => {
      await world.chain.call('hardhat_setNextBlockBaseFeePerGas', '0xe8d4a51000');
      const host = await world.start();
      const channel = await world.open(10n ** 19n);
      const { gasPrice } = await world.chain.provider.getFeeData();
      const price = 60_000n * (gasPrice ?? 0n);
      await world.sign(host, channel, [[listing, 1]], { price });
      if (others > 0) await world.sign(host, channel, [[listing, 50]], { price, seq: 1 });
      await world.askBack(host, channel, await world.headSec());
      await pass(host);
      expect([await stateOf(host, channel), await releases()]).to.deep.equal([null, []]);
      expect(host.logged.map(({ why }) => why)).to.include(
        'more would be left than one voucher that is dust',
      );
      expect([await isSold(host, channel), await world.earned()]).to.deep.equal([true, [0n, 0n]]);
    });
  }

  it('gives nothing back of a channel that is older than what the book knows', async () => {
    const host = await world.start();
    const channel = await world.open(DEPOSIT);
    await world.askBack(host, channel);
    host.book.knowsSinceSec = async () => 2 ** 33;
    await pass(host);
    expect([await stateOf(host, channel), await releases()]).to.deep.equal([null, []]);
    expect(host.logged.map(({ why }) => why)).to.include('the book has not signed for all that was sold');
  });

  it('waits where its own claim is not in the chain any more: the nonce of that may be free', async () => {
    const host = await world.start({ undoable: () => 5 });
    const channel = await world.open(DEPOSIT);
    await world.sign(host, channel, [[listing, 2]]);
    await world.chain.call('hardhat_mine', '0x6');
    await world.askBack(host, channel);
    const { held: asked } = ClaimChain.prototype;
    try {
      ClaimChain.prototype.held = async () => ({ deposit: DEPOSIT, epoch: 1, nextSeq: 0 });
      await pass(host);
      expect([await stateOf(host, channel), await releases()]).to.deep.equal(['asked', []]);
    } finally {
      ClaimChain.prototype.held = asked;
    }
    await pass(host);
    expect(await releases()).to.deep.equal([7n * PRICE]);
  });

  it('sells again where nothing is claimed any more, but for what was sent', async () => {
    const host = await world.start();
    const { book } = host;
    const [asked, sent] = [await world.open(DEPOSIT), await world.open(DEPOSIT)];
    for (const channel of [asked, sent]) await world.askBack(host, channel);
    const release = await book.releaseOf({ contract: world.contract, channelId: sent.id });
    if (release) await book.markReleaseSent(release, { account: '0x', nonce: 0 }, () => true);
    await dropAsked({ book, log: { warn: (facts: object) => void host.logged.push({ ...facts }) } });
    expect([await stateOf(host, asked), await stateOf(host, sent)]).to.deep.equal([null, 'sent']);
    expect(await isSold(host, asked)).to.equal(true);
    expect(host.logged.map(({ channelId }) => channelId)).to.deep.equal([asked.id]);
  });
});
