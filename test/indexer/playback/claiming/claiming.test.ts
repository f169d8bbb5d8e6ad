import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { RpcError, rpcErrorOf } from '../../../../indexer/rpc/errors.ts';
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

const OTHER_CID = 'bafkreif2pall7dybz7vecqka3zo24irdwabwdi4wc55jznaq75q7eaavvu';
/** Only what a deadline threatens. */
const DEADLINES_ONLY = { afterSec: 10 ** 9, gasFactor: 10n ** 30n };

describe('claiming', () => {
  let world: ClaimingWorld;
  let listing: ContentRow;
  beforeEach(async () => {
    world = await claimingWorld();
    listing = await world.publish();
  });
  afterEach(() => world.close());

  const states = async ({ book }: Process) =>
    (await book.vouchersOf({ provider: world.provider.address, limit: 100 })).rows
      .sort((a, b) => a.seq - b.seq)
      .map(({ seq, state }) => `${seq} ${state}`);
  const claimsMined = async () => {
    const host = world.as(world.viewer);
    return (await host.queryFilter(host.filters.ClaimBatch())).length;
  };
  /** As the provider's own wallet would, with whatever was signed. */
  async function claimByHand(channel: TestChannel, seq: number, units: number, epoch = 1) {
    const { chainId } = await world.chain.provider.getNetwork();
    const item = { contentId: listing.contentId, units: BigInt(units), unitPrice: PRICE };
    const bill = { channelId: channel.id, epoch: BigInt(epoch), seq: BigInt(seq), items: [item] };
    const signed = await signVoucher(channel.key, domainOf(world.contract, chainId), bill);
    const { contents, vouchers } = packBatch([signed]);
    const { address } = world.provider;
    return await (await world.as(world.provider).claim(address, channel.token, contents, vouchers)).wait();
  }

  /** So many units are claimed by hand and taken over, and a reorganisation undoes that before it is final. */
  async function claimAndUndo(host: Process, channel: TestChannel, [seq, units]: [number, number]) {
    await world.chain.call('hardhat_mine', '0x4');
    const snapshot = await world.chain.call('evm_snapshot');
    await claimByHand(channel, seq, units);
    await host.settled();
    await host.claiming.settle();
    const key = { contract: world.contract.toLowerCase(), channelId: channel.id, epoch: 1, seq };
    const taken = await host.book.voucher(key);
    expect([taken?.state, taken?.total]).to.deep.equal(['claimed', BigInt(units) * PRICE]);
    await world.chain.call('evm_revert', snapshot);
    await world.chain.call('hardhat_mine', '0x2');
    await host.settled();
    await until('undone', async () => (await host.store.channelsById(channel.id))[0]?.nextSeq === 0);
  }

  it('pays vouchers of many channels in one transaction, to the wei', async () => {
    const host = await world.start();
    const keys = [];
    for (const units of [1, 2, 3]) {
      keys.push(await world.sign(host, await world.open(5n * PRICE), [[listing, units]]));
    }
    const [batch, ...others] = await host.claiming.run();
    expect(others).to.deep.equal([]);
    expect(batch?.claimed).to.have.length(3);
    expect(await world.earned()).to.deep.equal(parts(1, 2, 3));
    for (const key of keys) {
      expect(await host.book.voucher(key)).to.include({
        ...{ state: 'claimed', claimTx: batch?.txHash, reason: null },
      });
    }
    expect(await host.book.undecidedVouchers(world.provider.address, { limit: 100 })).to.deep.equal([]);
    expect(await host.claiming.run()).to.deep.equal([]);
    expect(await claimsMined()).to.equal(1);
  });

  it('pays several contents, and each coin by a transaction of its own', async () => {
    const host = await world.start();
    const token = await world.token();
    const other = await world.publish({ cid: OTHER_CID });
    const priced = await world.publish({ token });
    await world.sign(host, await world.open(9n * PRICE), [
      [listing, 2],
      [other, 3],
    ]);
    await world.sign(host, await world.open(9n * PRICE), [[other, 1]]);
    await world.sign(host, await world.open(9n * PRICE, { token }), [[priced, 7]]);
    const batches = await host.claiming.run();
    expect(batches.map(({ claimed }) => claimed.length).sort()).to.deep.equal([1, 2]);
    expect(await world.earned()).to.deep.equal(parts(2, 3, 1));
    expect(await world.earned(token)).to.deep.equal(parts(7));
  });

  it('cuts what is due into transactions that the limit of gas allows', async () => {
    const host = await world.start({ gasCap: 125_000n });
    for (const units of [1, 2, 3]) await world.sign(host, await world.open(5n * PRICE), [[listing, units]]);
    expect(await host.claiming.run()).to.have.length(2);
    expect(await world.earned()).to.deep.equal(parts(1, 2, 3));
  });

  it('claims a later voucher of a channel only once the earlier is decided for good', async () => {
    let undoable = 5;
    const host = await world.start({ undoable: () => undoable });
    const channel = await world.open(9n * PRICE);
    for (const seq of [0, 1]) await world.sign(host, channel, [[listing, seq + 1]], { seq });
    await world.chain.call('hardhat_mine', '0x5');
    expect(await host.claiming.run()).to.have.length(1);
    expect(await states(host)).to.deep.equal(['0 claimed', '1 open']);
    expect(await host.claiming.run()).to.deep.equal([]);
    undoable = 0;
    expect(await host.claiming.run()).to.have.length(1);
    expect(await states(host)).to.deep.equal(['0 claimed', '1 claimed']);
    expect(await world.earned()).to.deep.equal(parts(1, 2));
  });

  it('waits until the deposit can not be undone any more', async () => {
    let undoable = 3;
    const host = await world.start({ undoable: () => undoable });
    await world.sign(host, await world.open(9n * PRICE), [[listing, 1]]);
    await host.settled();
    expect(await host.claiming.run()).to.deep.equal([]);
    const { held } = await host.claiming.due();
    expect(held.map(({ why }) => why)).to.deep.equal(['not final']);
    expect(await states(host)).to.deep.equal(['0 open']);
    undoable = 0;
    expect(await host.claiming.run()).to.have.length(1);
  });

  it('decides nothing while the node can not say what is final', async () => {
    let undoable = () => 3;
    const host = await world.start({ undoable: () => undoable() });
    const key = await world.sign(host, await world.open(9n * PRICE), [[listing, 1]]);
    await world.chain.call('hardhat_mine', '0x4');
    await host.claiming.run();
    const failures = [
      new RpcError('timeout', 'eth_getBlockByNumber', 'no answer in time'),
      rpcErrorOf('eth_getBlockByNumber', { code: 429, message: 'too many requests', revert: null }),
      rpcErrorOf('eth_getBlockByNumber', { code: -32603, message: 'internal error', revert: null }),
      // It has said before what is final: it does not know just now.
      rpcErrorOf('eth_getBlockByNumber', { code: -39001, message: 'unknown block', revert: null }),
    ];
    for (const failure of failures) {
      undoable = () => {
        throw failure;
      };
      const error = await host.claiming.settle().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error, failure.message).to.be.an('error');
      expect(await host.book.undecidedVouchers(world.provider.address, { limit: 9 })).to.have.length(1);
    }
    undoable = () => 0;
    await host.claiming.settle();
    expect(await host.book.voucher(key)).to.include({ state: 'claimed' });
    expect(await host.book.undecidedVouchers(world.provider.address, { limit: 9 })).to.deep.equal([]);
  });

  it('waits for confirmations on a chain that tells no finality, also before it sets anything aside', async () => {
    const undoable = () => {
      throw rpcErrorOf('eth_getBlockByNumber', { code: -39001, message: 'Unknown block', revert: null });
    };
    const later = (await world.headSec()) + 3_600;
    const host = await world.start({ undoable, confirmations: 3, nowSec: () => later });
    await world.chain.call('hardhat_mine', '0x4');
    const channels = [await world.open(9n * PRICE), await world.open(PRICE)] as const;
    const nowSec = await world.headSec();
    const good = await world.sign(host, channels[0], [[listing, 1]], { nowSec });
    const bad = await world.sign(host, channels[1], [[listing, 2]], { nowSec });
    await host.settled();
    expect(await host.claiming.run()).to.deep.equal([]);
    for (const key of [good, bad]) expect(await host.book.voucher(key)).to.include({ state: 'open' });
    await world.chain.call('hardhat_mine', '0x3');
    await host.settled();
    expect(await host.claiming.run()).to.have.length(1);
    expect(await host.book.voucher(good)).to.include({ state: 'claimed' });
    expect(await host.book.voucher(bad)).to.include({ state: 'rejected', reason: 'deposit_too_low' });
    // The claim itself can still be undone.
    expect(await host.book.undecidedVouchers(world.provider.address, { limit: 9 })).to.have.length(1);
  });

  it('takes the head for final where nothing is undone and nobody tells', async () => {
    for (const [code, message] of [
      [-39001, 'Unknown block'],
      [-32000, 'finalized block not found'],
      [-32602, 'invalid argument 0: hex string without 0x prefix'],
      [-32601, 'the method eth_getBlockByNumber does not exist/is not available'],
    ] as const) {
      const undoable = () => {
        throw rpcErrorOf('eth_getBlockByNumber', { code, message, revert: null });
      };
      await using host = await world.start({ undoable }, message.replaceAll(/\W/g, ''));
      await world.sign(host, await world.open(9n * PRICE), [[listing, 1]]);
      await host.settled();
      expect(await host.claiming.run(), message).to.have.length(1);
      expect(await host.book.undecidedVouchers(world.provider.address, { limit: 9 })).to.deep.equal([]);
    }
  });

  it('claims before the viewer can take the deposit back, also where the host was down', async () => {
    const channel = await world.open(5n * PRICE);
    {
      await using before = await world.start({ policy: DEADLINES_ONLY });
      await world.sign(before, channel, [[listing, 4]]);
      await before.settled();
      expect(await before.claiming.run()).to.deep.equal([]);
    }
    await (await world.as(world.viewer).initiateWithdraw(...channel.named)).wait();
    await world.pass(DELAY_SEC - 3);
    const host = await world.start({ policy: DEADLINES_ONLY });
    const [batch] = await host.claiming.run();
    expect(batch?.batch.vouchers.map(({ why }) => why)).to.deep.equal(['withdrawal']);
    expect(await world.earned()).to.deep.equal(parts(4));
  });

  it('claims at a price before a higher one makes it worth nothing, at the share that was', async () => {
    let sec = 0;
    const host = await world.start({ policy: DEADLINES_ONLY, nowSec: () => sec });
    const cheap = await world.open(5n * PRICE);
    await world.sign(host, cheap, [[listing, 1]]);
    const raised = { contentId: listing.contentId, pricePerUnit: 2n * PRICE, providerShareBps: 3_333 };
    const { contentId, pricePerUnit, providerShareBps } = raised;
    await (await world.as(world.creator).scheduleTerms(contentId, pricePerUnit, providerShareBps, 0)).wait();
    const effectiveAt = (await world.headSec()) + 2 * DELAY_SEC;
    await host.settled();
    sec = effectiveAt + DELAY_SEC / 2 - 1;
    expect(await host.claiming.run()).to.deep.equal([]);
    sec += 1;
    await world.pass(2 * DELAY_SEC + DELAY_SEC / 2);
    const [batch] = await host.claiming.run();
    expect(batch?.batch.vouchers[0]).to.deep.include({ why: 'price' });
    expect(await world.earned()).to.deep.equal(parts(1));
  });

  it('sets aside what the chain refuses, with its reason, and pays the others', async () => {
    const host = await world.start();
    const late = await world.sign(host, await world.open(9n * PRICE), [[listing, 1]]);
    const { contentId } = listing;
    await (await world.as(world.creator).scheduleTerms(contentId, 2n * PRICE, 3_333, 0)).wait();
    await world.pass(2 * DELAY_SEC + DELAY_SEC + 1);
    await world.sign(host, await world.open(9n * PRICE), [[listing, 2]], { price: 2n * PRICE });
    const [batch] = await host.claiming.run();
    expect(batch).to.deep.include({ rejected: [] });
    expect(batch?.claimed).to.have.length(1);
    expect(await host.book.voucher(late)).to.include({ state: 'rejected', reason: 'price_too_low' });
    expect(await world.earned()).to.deep.equal(parts(4));
    expect(host.logged.map(({ reason }) => reason)).to.include('price_too_low');
    expect(await host.book.undecidedVouchers(world.provider.address, { limit: 100 })).to.deep.equal([]);
  });

  it('sets nothing aside whose deposit a reorganisation has taken: it may come back', async () => {
    let undoable = 3;
    const later = (await world.headSec()) + 3_600;
    const host = await world.start({ undoable: () => undoable, nowSec: () => later });
    await world.chain.call('hardhat_mine', '0x4');
    const key = await world.sign(host, await world.open(PRICE), [[listing, 2]], { nowSec: later });
    await host.settled();
    expect(await host.claiming.run()).to.deep.equal([]);
    expect((await host.claiming.due()).held.map(({ why }) => why)).to.deep.equal(['not final']);
    expect(await host.book.voucher(key)).to.include({ state: 'open' });
    undoable = 0;
    await host.claiming.run();
    expect(await host.book.voucher(key)).to.include({ state: 'rejected', reason: 'deposit_too_low' });
  });

  it('counts as claimed what was set aside, and was paid all the same', async () => {
    const host = await world.start();
    const channel = await world.open(9n * PRICE);
    const key = await world.sign(host, channel, [[listing, 10]]);
    await host.claiming.run();
    expect(await host.book.voucher(key)).to.include({ state: 'rejected', reason: 'deposit_too_low' });
    const [provider, token, authorizer, salt] = channel.named;
    const whole = { viewer: channel.viewer, provider, token, authorizer, salt };
    await (await world.as(world.viewer).deposit(whole, PRICE, { value: PRICE })).wait();
    const receipt = await claimByHand(channel, 0, 10);
    await host.settled();
    await host.claiming.run();
    const paid = { state: 'claimed', reason: null, claimTx: receipt?.hash };
    expect(await host.book.voucher(key)).to.include(paid);
    expect(await host.book.undecidedVouchers(world.provider.address, { limit: 9 })).to.deep.equal([]);
  });

  it('sets nothing aside that has grown since it was judged', async () => {
    const channel = await world.open(9n * PRICE);
    let looks = 0;
    const host: Process = await world.start({
      async undoable() {
        looks += 1;
        if (looks === 2) await world.sign(host, channel, [[listing, 2]]);
        return 0;
      },
    });
    const key = await world.sign(host, channel, [[listing, 1]], { price: PRICE - 1n });
    expect(await host.claiming.run()).to.deep.equal([]);
    expect(await host.book.voucher(key)).to.include({ state: 'open', total: 2n * PRICE });
    expect(host.logged).to.deep.equal([]);
    expect(await host.claiming.run()).to.have.length(1);
    expect(await world.earned()).to.deep.equal(parts(2));
  });

  it('a later voucher of the channel is paid after one that was set aside', async () => {
    const host = await world.start();
    const channel = await world.open(9n * PRICE);
    await world.sign(host, channel, [[listing, 10]]);
    await world.sign(host, channel, [[listing, 2]], { seq: 1 });
    expect(await host.claiming.run()).to.deep.equal([]);
    expect(await states(host)).to.deep.equal(['0 rejected', '1 open']);
    expect(await host.claiming.run()).to.have.length(1);
    expect(await world.earned()).to.deep.equal(parts(2));
  });

  it('claims again what a reorganisation has undone', async () => {
    const host = await world.start({ undoable: () => 3 });
    const key = await world.sign(host, await world.open(9n * PRICE), [[listing, 3]]);
    await world.chain.call('hardhat_mine', '0x4');
    const snapshot = await world.chain.call('evm_snapshot');
    await host.claiming.run();
    expect(await host.book.voucher(key)).to.include({ state: 'claimed' });
    await world.chain.call('evm_revert', snapshot);
    await world.chain.call('hardhat_mine', '0x2');
    await host.settled();
    await until('undone', async () => (await host.store.channelsById(key.channelId))[0]?.nextSeq === 0);
    await host.claiming.settle();
    expect(await states(host)).to.deep.equal(['0 sealed']);
    await host.claiming.run();
    expect(await host.book.voucher(key)).to.include({ state: 'claimed' });
    expect(await world.earned()).to.deep.equal(parts(3));
  });

  it('sends each voucher once, however many processes claim at a time', async () => {
    const one = await world.start();
    const hosts = [one, await world.start({ beside: one })];
    for (const units of [1, 2, 3, 4]) await world.sign(one, await world.open(9n * PRICE), [[listing, units]]);
    const batches = (await Promise.all(hosts.map(({ claiming }) => claiming.run()))).flat();
    expect(batches.flatMap(({ claimed }) => claimed)).to.have.length(4);
    expect(batches.flatMap(({ rejected }) => rejected)).to.deep.equal([]);
    expect(await claimsMined()).to.equal(1);
    expect(await world.earned()).to.deep.equal(parts(1, 2, 3, 4));
    for (const host of hosts) await host.claiming.run();
    expect(await states(one)).to.deep.equal(['0 claimed', '0 claimed', '0 claimed', '0 claimed']);
  });

  it('sends nothing of what is sent and not mined yet', async () => {
    const one = await world.start();
    const other = await world.start({ beside: one });
    const key = await world.sign(one, await world.open(9n * PRICE), [[listing, 1]]);
    await one.settled();
    await world.chain.call('evm_setAutomine', false);
    const first = one.claiming.run();
    await until('sent', async () => (await one.book.voucher(key))?.claimTx != null);
    expect(await other.claiming.run()).to.deep.equal([]);
    expect((await other.claiming.due()).held.map(({ why }) => why)).to.deep.equal(['under way']);
    await world.chain.call('evm_setAutomine', true);
    await world.chain.call('evm_mine');
    expect((await first)[0]?.claimed).to.have.length(1);
    await other.claiming.run();
    expect(await claimsMined()).to.equal(1);
  });

  it('leaves what another process sends while it asks what is on its way', async () => {
    const one = await world.start();
    const other = await world.start({ beside: one });
    const key = await world.sign(one, await world.open(9n * PRICE), [[listing, 1]]);
    await one.settled();
    let claimed: ReturnType<Process['claiming']['run']> | undefined;
    await one.claiming.settle(async () => {
      await world.chain.call('evm_setAutomine', false);
      claimed = other.claiming.run();
      await until('sent', async () => (await one.book.voucher(key))?.claimTx != null);
      return [];
    });
    expect(await one.book.voucher(key)).to.include({ state: 'claiming' });
    await world.chain.call('evm_setAutomine', true);
    await world.chain.call('evm_mine');
    expect((await claimed)?.[0]?.claimed).to.have.length(1);
  });

  it('says of each transaction that could not be sent', async () => {
    const host = await world.start();
    const token = await world.token();
    const priced = await world.publish({ token });
    await world.sign(host, await world.open(9n * PRICE), [[listing, 1]]);
    await world.sign(host, await world.open(9n * PRICE, { token }), [[priced, 1]]);
    await host.settled();
    await world.chain.call('hardhat_setBalance', world.wallet(0).address, '0x0');
    const error = await host.claiming.run().catch((thrown: unknown) => thrown);
    expect(error).to.be.an('error');
    const told = host.logged.filter(({ err }) => err !== undefined);
    expect(told.map((facts) => facts.token)).to.have.members([ZeroAddress, token]);
  });

  it('counts what somebody else has claimed by hand, an older one in its place too', async () => {
    const host = await world.start({ policy: DEADLINES_ONLY });
    const [same, older] = [await world.open(9n * PRICE), await world.open(9n * PRICE)];
    const keys = [
      await world.sign(host, same, [[listing, 3]]),
      await world.sign(host, older, [[listing, 3]]),
    ];
    const receipt = await claimByHand(same, 0, 3);
    await claimByHand(older, 0, 1);
    await host.claiming.run();
    const rows = await Promise.all(keys.map((key) => host.book.voucher(key)));
    expect(rows.map((row) => row && [row.state, row.reason, row.total])).to.deep.equal([
      ['claimed', null, 3n * PRICE],
      ['claimed', 'older_claimed', 3n * PRICE],
    ]);
    expect(rows[0]?.claimTx).to.equal(receipt?.hash);
  });

  it('takes over from the chain what the book has lost: later numbers are claimed, lower ones void', async () => {
    const restored = await world.start({ policy: DEADLINES_ONLY }, 'restored');
    const channel = await world.open(99n * PRICE);
    await world.sign(restored, channel, [[listing, 1]], { seq: 0 });
    await world.sign(restored, channel, [[listing, 2]], { seq: 3 });
    await claimByHand(channel, 2, 5);
    await claimByHand(channel, 3, 2);
    await claimByHand(channel, 7, 4);
    await restored.claiming.run();
    expect(await states(restored)).to.deep.equal(['0 void', '2 claimed', '3 claimed', '7 claimed']);
    const key = { contract: world.contract, channelId: channel.id, epoch: 1, seq: 7 };
    const rebuilt = await restored.book.voucher(key);
    expect(rebuilt?.items).to.deep.equal([{ contentId: listing.contentId, units: 4, unitPrice: PRICE }]);
    expect(rebuilt?.total).to.equal(4n * PRICE);
  });

  it('takes over from the chain what was paid of a voucher that the book has in an older form', async () => {
    const restored = await world.start({ policy: DEADLINES_ONLY }, 'older');
    const channel = await world.open(99n * PRICE);
    const key = await world.sign(restored, channel, [[listing, 2]], { seq: 0 });
    await claimByHand(channel, 0, 11);
    await restored.claiming.run();
    expect(await states(restored)).to.deep.equal(['0 claimed']);
    const row = await restored.book.voucher(key);
    expect(row?.items).to.deep.equal([{ contentId: listing.contentId, units: 11, unitPrice: PRICE }]);
    expect([row?.total, row?.reason]).to.deep.equal([11n * PRICE, null]);
  });

  it('claims what it has the signature of, where the claim of more was undone', async () => {
    const host = await world.start({ undoable: () => 3 });
    const channel = await world.open(99n * PRICE);
    const key = await world.sign(host, channel, [[listing, 2]], { seq: 0 });
    const signed = await host.book.voucher(key);
    await claimAndUndo(host, channel, [0, 11]);
    await host.claiming.settle();
    const { items, total, signature, digest } = signed ?? {};
    expect(await host.book.voucher(key)).to.deep.include({
      state: 'sealed',
      items,
      total,
      signature,
      digest,
    });
    expect(await host.claiming.run(true)).to.have.length(1);
    expect(await world.earned()).to.deep.equal(parts(2));
  });

  it('goes on behind a claim that it took over and a reorganisation has undone', async () => {
    const host = await world.start({ undoable: () => 3 });
    const channel = await world.open(9n * PRICE);
    await claimAndUndo(host, channel, [7, 4]);
    await world.sign(host, channel, [[listing, 2]], { seq: 8 });
    expect(await host.claiming.run()).to.have.length(1);
    expect(await states(host)).to.deep.equal(['7 void', '8 claimed']);
    expect(await world.earned()).to.deep.equal(parts(2));
  });

  it('decides for good what it took over and a reorganisation has undone, and takes it over again where it is mined again', async () => {
    const host = await world.start({ undoable: () => 3 });
    const channel = await world.open(9n * PRICE);
    await claimAndUndo(host, channel, [7, 4]);
    await host.claiming.settle();
    expect(await states(host)).to.deep.equal(['7 void']);
    expect(await host.book.undecidedVouchers(world.provider.address, { limit: 9 })).to.deep.equal([]);
    await claimByHand(channel, 7, 3);
    await world.chain.call('hardhat_mine', '0x4');
    await host.settled();
    await host.claiming.settle();
    const { rows } = await host.book.vouchersOf({ provider: world.provider.address, limit: 9 });
    expect(rows.map(({ seq, state, reason, total }) => [seq, state, reason, total])).to.deep.equal([
      [7, 'claimed', null, 3n * PRICE],
    ]);
    expect(await host.book.undecidedVouchers(world.provider.address, { limit: 9 })).to.deep.equal([]);
  });

  it('gives up what is left of an epoch that is over', async () => {
    const host = await world.start({ policy: DEADLINES_ONLY });
    const channel = await world.open(9n * PRICE);
    await world.sign(host, channel, [[listing, 1]]);
    const whole = { viewer: channel.viewer, provider: channel.named[0], token: channel.token };
    const [, , authorizer, salt] = channel.named;
    await (await world.as(world.provider).release({ ...whole, authorizer, salt })).wait();
    await host.claiming.run();
    const { rows } = await host.book.vouchersOf({ provider: world.provider.address, limit: 9 });
    expect(rows.map(({ state, reason }) => [state, reason])).to.deep.equal([['void', 'epoch_over']]);
  });

  it('claims of who is leaving, at once, and leaves the rest of the deposit to the viewer', async () => {
    const host = await world.start({ policy: DEADLINES_ONLY });
    const [leaving, stays] = [await world.open(9n * PRICE), await world.open(9n * PRICE)];
    for (const channel of [leaving, stays]) await world.sign(host, channel, [[listing, 4]]);
    await (await world.as(world.viewer).initiateWithdraw(...leaving.named)).wait();
    expect(await host.claiming.run()).to.have.length(1);
    expect(await world.earned()).to.deep.equal(parts(4));
    expect(await states(host)).to.deep.equal(['0 claimed', '0 open']);
    expect(await host.claiming.run()).to.deep.equal([]);
    await host.settled();
    const [channel] = await host.store.channelsById(leaving.id);
    expect(channel).to.include({ epoch: 1, deposit: 5n * PRICE });
    expect(await world.credits(world.viewer)).to.equal(0n);
  });

  it('claims all the same where a deposit can be taken at any moment', async () => {
    const host = await world.start({ policy: DEADLINES_ONLY });
    const channel = await world.open(9n * PRICE);
    await world.sign(host, channel, [[listing, 4]]);
    await (await world.as(world.viewer).initiateWithdraw(...channel.named)).wait();
    await world.pass(DELAY_SEC + 1);
    const [batch] = await host.claiming.run();
    expect(batch?.claimed).to.have.length(1);
    expect(await world.earned()).to.deep.equal(parts(4));
  });

  it('sends nothing where the provider has not named the key its delegate', async () => {
    const host = await world.start();
    await world.sign(host, await world.open(9n * PRICE), [[listing, 1]]);
    await (await world.as(world.provider).setClaimDelegate(world.viewer.address)).wait();
    expect(await host.claiming.run()).to.deep.equal([]);
    expect((await host.claiming.due()).held.map(({ why }) => why)).to.deep.equal(['no delegate']);
    expect(await states(host)).to.deep.equal(['0 open']);
  });
});
