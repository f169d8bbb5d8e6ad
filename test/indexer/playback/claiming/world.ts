import { join } from 'node:path';
import { AbiCoder, keccak256, toBeHex, toQuantity, Wallet, ZeroAddress } from 'ethers';
import { RpcProvider } from '../../../../indexer/compose/chain/rpc-provider.ts';
import { createIndexer } from '../../../../indexer/compose/indexer.ts';
import { CallCheck } from '../../../../indexer/contract/calls/call-status.ts';
import { HostContract } from '../../../../indexer/contract/stream-host.ts';
import { sum } from '../../../../indexer/lib/money.ts';
import { ClaimChain } from '../../../../indexer/playback/claiming/claim-chain.ts';
import { Claiming } from '../../../../indexer/playback/claiming/claiming.ts';
import type { ClaimPolicy } from '../../../../indexer/playback/claiming/plan.ts';
import { Releasing } from '../../../../indexer/playback/claiming/release/releasing.ts';
import { releaseData } from '../../../../indexer/relay/channels/release-order.ts';
import { call, type Rpc } from '../../../../indexer/rpc/rpc.ts';
import type { VoucherItem } from '../../../../indexer/store/book/vouchers.ts';
import { openSqliteBook } from '../../../../indexer/store/sqlite/book/book.ts';
import type { ContentRow } from '../../../../indexer/store/store.ts';
import { TRANSACTION_GAS_CAP } from '../../../../indexer/txmgr/types.ts';
import { TestToken__factory } from '../../../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { domainOf } from '../../../contracts/signed.ts';
import { signVoucher } from '../../../contracts/vouchers.ts';
import { type PaymentsWorld, PRICE, PROVIDER_SHARE_BPS, paymentsWorld } from '../../payouts/world.ts';
import { silent } from '../../sync/world.ts';

export { PRICE, PROVIDER_SHARE_BPS } from '../../payouts/world.ts';

export const DELAY_SEC = 10;
const WAIT_MS = 20_000;

export interface TestChannel {
  id: string;
  key: Wallet;
  token: string;
  /** What the viewer's own calls name it by. */
  named: [provider: string, token: string, authorizer: string, salt: string];
  viewer: string;
}

export interface Process extends AsyncDisposable {
  claiming: Claiming;
  releasing: Releasing;
  book: ReturnType<typeof openSqliteBook>;
  store: ReturnType<PaymentsWorld['process']>['store'];
  logged: Record<string, unknown>[];
  /** Resolves when the records show the chain's head. */
  settled(): Promise<void>;
}

export interface ProcessOptions {
  policy?: Partial<ClaimPolicy>;
  gasCap?: bigint;
  /** So many blocks under the head can be undone; or throws what the node says when it is asked. */
  undoable?: () => number | Promise<number>;
  /** So many blocks count as confirmations where the node does not say what is final. */
  confirmations?: number;
  nowSec?: () => number;
  isSoldElsewhere?: () => boolean;
  /** Another process, which follows the chain, has begun: this one shares its records. */
  beside?: Process;
}

/** A node to which the newest blocks are not final. @param undoable may throw what the node answers instead */
function undoableNode(node: Rpc, undoable: () => number | Promise<number>): Rpc {
  async function asked([tag, ...others]: readonly unknown[]) {
    if (tag !== 'finalized') return [tag, ...others];
    const head = Number(await call(node, 'eth_blockNumber', []));
    return [toQuantity(Math.max(0, head - (await undoable()))), ...others];
  }
  return {
    async batch(calls, options) {
      const changed = calls.map(async ({ method, params }) => ({
        method,
        params: method === 'eth_getBlockByNumber' ? await asked(params) : params,
      }));
      return await node.batch(await Promise.all(changed), options);
    },
  };
}

/** Claims everything that it can, at once. */
export const AT_ONCE: ClaimPolicy = { gasFactor: 1n, leastOf: () => null, afterSec: 0 };

/** A chain, a provider whose delegate is the operator's key, viewers with channels, and hosts with books. */
export async function claimingWorld<World extends PaymentsWorld = PaymentsWorld>(given?: World) {
  const world = given ?? ((await paymentsWorld()) as World);
  const { chain, contract, provider, creator, viewer, as, wallet } = world;
  await (await as(provider).setClaimDelegate(wallet(0).address)).wait();
  const { chainId } = await chain.provider.getNetwork();
  const domain = domainOf(contract, chainId);
  const running = new Set<Process>();
  let salts = 0;

  async function open(deposit: bigint, { token = ZeroAddress, by = viewer } = {}): Promise<TestChannel> {
    const key = new Wallet(keccak256(toBeHex(++salts, 32)));
    const named: TestChannel['named'] = [provider.address, token, key.address, toBeHex(salts, 32)];
    const value = token === ZeroAddress ? deposit : 0n;
    await (await as(by).open(...named, deposit, { value })).wait();
    const types = ['address', 'address', 'address', 'address', 'bytes32'];
    const id = keccak256(AbiCoder.defaultAbiCoder().encode(types, [by.address, ...named]));
    return { id, key, token, named, viewer: by.address };
  }

  /** Signs for units of each content, and has the book keep that as a sale would. */
  async function sign(
    { book }: Pick<Process, 'book'>,
    channel: TestChannel,
    contents: readonly (readonly [ContentRow, number])[],
    { epoch = 1, seq = 0, price = null as bigint | null, nowSec = Math.floor(Date.now() / 1000) } = {},
  ) {
    const items: VoucherItem[] = contents.map(([{ contentId, pricePerUnit }, units]) => ({
      contentId,
      units,
      unitPrice: price ?? pricePerUnit,
    }));
    const { signature } = await signVoucher(channel.key, domain, {
      channelId: channel.id,
      epoch: BigInt(epoch),
      seq: BigInt(seq),
      items: items.map((item) => ({ ...item, units: BigInt(item.units) })),
    });
    const key = { contract, channelId: channel.id, epoch, seq };
    const voucher = {
      ...{ ...key, provider: provider.address.toLowerCase(), token: channel.token.toLowerCase(), items },
      total: sum(items.map(({ units, unitPrice }) => BigInt(units) * unitPrice)),
      ...{ signature: signature.serialized, digest: keccak256(signature.serialized) },
    };
    const of = { voucher: key, scope: 'any', contentId: items[0]?.contentId ?? '', nowSec };
    await book.sell(of, ({ lastSeq }) => ({ answer: null, seals: lastSeq !== seq, voucher }));
    return key;
  }

  /** What a host is to claims, in this process. @param name of its book: of another host another one */
  async function start(
    {
      policy,
      gasCap = TRANSACTION_GAS_CAP,
      undoable = () => 0,
      confirmations = 0,
      beside,
      isSoldElsewhere = () => false,
      ...options
    }: ProcessOptions = {},
    name = 'book',
  ) {
    const { store, txManager } = world.process();
    const book = openSqliteBook({ path: join(world.folder, `${name}.sqlite`) });
    // By the chain's clock, which may be behind this one, a channel may be older than the book.
    book.knowsSinceSec = async () => 0;
    const deployments = [{ address: contract, startBlock: world.startBlock }];
    const indexer = createIndexer({
      ...{ rpc: chain.rpc, store, deployments, log: silent, pollMs: 5, shorterChainTimeoutMs: 0 },
    });
    if (!beside) await indexer.start();
    const indexed = {
      head: () => chain.provider.getBlockNumber(),
      async waitFor(block: number) {
        if (beside) return await beside.settled();
        indexer.notify();
        await indexer.waitFor(block, { timeoutMs: WAIT_MS });
      },
    };
    const logged: Record<string, unknown>[] = [];
    const log = (facts: Record<string, unknown>) => void logged.push(facts);
    const node = new RpcProvider(undoableNode(chain.rpc, undoable), Number(chainId));
    const checkSignature = async () => null;
    const check = new CallCheck({ provider: chain.provider, chainId: Number(chainId), checkSignature });
    const deps = {
      ...{ store, book, txManager, indexed, gasCap, chain: new ClaimChain(node, confirmations) },
      contract: new HostContract(node),
      provider: provider.address.toLowerCase(),
      policy: { ...AT_ONCE, ...policy },
      nowSec: options.nowSec ?? (() => Math.floor(Date.now() / 1000)),
      log: { info: log, warn: log },
    };
    const claiming = new Claiming(deps);
    const elsewhere = { isSoldElsewhere: async () => isSoldElsewhere() };
    const process: Process = {
      ...{ claiming, book, store, logged },
      releasing: new Releasing({ ...deps, ...elsewhere, claiming, check }),
      settled: async () => indexed.waitFor(await indexed.head()),
      async [Symbol.asyncDispose]() {
        running.delete(process);
        if (!beside) await indexer.stop();
        await book.close();
      },
    };
    running.add(process);
    await process.settled();
    return process;
  }

  /** The book takes on that the channel's deposit goes back. */
  async function askBack({ book, store, settled }: Process, { id }: TestChannel, askedAtSec = 0) {
    await settled();
    const row = await store.channel(contract, id);
    if (row === null) throw new Error('there is no such channel');
    const { epoch } = row;
    const of = { contract, channelId: id, epoch };
    await book.beginRelease({ ...of, askedAtSec, data: releaseData(row), gas: 200_000n });
    return of;
  }

  return {
    ...world,
    open,
    sign,
    askBack,
    start,
    /** A token that the viewer holds, and the contract may take. */
    async token(): Promise<string> {
      const deployed = await new TestToken__factory(wallet(0)).deploy();
      await (await deployed.mint(viewer.address, 10n ** 24n)).wait();
      await (await deployed.connect(viewer).approve(contract, 10n ** 24n)).wait();
      return (await deployed.getAddress()).toLowerCase();
    },
    /** The next block, so much later. */
    async pass(sec: number) {
      await chain.call('evm_increaseTime', sec);
      await chain.call('evm_mine');
    },
    headSec: async () => (await chain.provider.getBlock('latest'))?.timestamp ?? 0,
    /** What creator and provider have been credited. */
    earned: async (token = ZeroAddress) =>
      [await world.credits(creator, token), await world.credits(provider, token)] as const,
    async close() {
      for (const process of running) await process[Symbol.asyncDispose]();
      await world.close();
    },
  };
}

export type ClaimingWorld = Awaited<ReturnType<typeof claimingWorld<PaymentsWorld>>>;

/** What a voucher of units at the price of the world comes to for creator and provider. */
export function parts(...units: number[]): [creator: bigint, provider: bigint] {
  const providers = units.map((number) => (BigInt(number) * PRICE * BigInt(PROVIDER_SHARE_BPS)) / 10_000n);
  return [sum(units.map((number) => BigInt(number) * PRICE)) - sum(providers), sum(providers)];
}
