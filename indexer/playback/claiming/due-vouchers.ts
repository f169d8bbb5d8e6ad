import { setImmediate } from 'node:timers/promises';
import type { RejectReason } from '../../contract/reject-reasons.ts';
import type { HostContract } from '../../contract/stream-host.ts';
import type { Claims } from '../../store/book/claims.ts';
import type { Release, Releases } from '../../store/book/releases.ts';
import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { Catalogue, ChannelRow, Channels, ContentRow } from '../../store/store.ts';
import { batchLimits } from '../../txmgr/batch-limits.ts';
import type { ChainNow, ClaimChain } from './claim-chain.ts';
import { deadlineOf } from './deadline.ts';
import {
  type Candidate,
  type ClaimBatch,
  type ClaimPolicy,
  type DueVoucher,
  isWorth,
  planClaims,
  type Wait,
} from './plan.ts';
import { isUnsent, undecidedOf } from './undecided.ts';

export interface DueDeps {
  store: Pick<Channels, 'channel'> & Pick<Catalogue, 'contentById'>;
  book: Pick<Claims, 'undecidedVouchers'> & Pick<Releases, 'openReleases'>;
  chain: Pick<ClaimChain, 'now' | 'reasons'>;
  contract: Pick<HostContract, 'withdrawDelaySec' | 'actsFor'>;
  /** Whose vouchers, lower case. */
  provider: string;
  /** Whose key claims; `null`: nobody's, but it is said what is due. */
  claimer: string | null;
  policy: ClaimPolicy;
  /** Most gas of one transaction. */
  gasCap: bigint;
  nowSec(): number;
}

/** Why a voucher is not claimed now. */
export type Hold =
  | Wait
  /** Another one of its channel is not decided for good. */
  | 'earlier first'
  /** In a transaction that is sent and not mined, or mined and not final. */
  | 'under way'
  /** The deposit may still be undone. */
  | 'not final'
  /** The chain has gone on where the records have not. */
  | 'records behind'
  /** The contract takes no claims of this key for the provider. */
  | 'no delegate';

export interface DueVouchers {
  now: ChainNow;
  batches: ClaimBatch[];
  held: { voucher: StoredVoucher; why: Hold }[];
  /** What the chain refuses, and will for good. */
  refused: { voucher: StoredVoucher; reason: RejectReason }[];
}

/** After so many others have their turn. */
const TURN = 200;

/** What is due, once looked at: `claimable` calls every voucher of the batches good, at the head and for good. */
export async function dueVouchers(deps: DueDeps, all = false): Promise<DueVouchers> {
  const { book, chain, provider, policy, gasCap, nowSec } = deps;
  const vouchers: StoredVoucher[] = [];
  for await (const voucher of undecidedOf(book, provider)) {
    // Nothing waits for what is void, though a reorganisation may bring it back.
    if (voucher.state !== 'void') vouchers.push(voucher);
  }
  const now = await chain.now();
  const found: DueVouchers = { now, batches: [], held: [], refused: [] };
  const candidates = await candidatesAmong(deps, vouchers, found);
  const sec = Math.max(now.headSec, nowSec());
  const limits = batchLimits(now.blockGasLimit, gasCap);
  const { gasPrice } = now;
  const plan = planClaims(candidates, { nowSec: sec, gasPrice, limits, policy, all });
  found.held.push(...plan.waiting);
  for (const batch of plan.batches) await judge(deps, batch, found);
  return found;
}

/** Of each channel the first that is not decided; the others wait for it. */
async function candidatesAmong(
  { store, book, contract: host, policy }: DueDeps,
  vouchers: readonly StoredVoucher[],
  { held, now: { gasPrice } }: Pick<DueVouchers, 'held' | 'now'>,
): Promise<Candidate[]> {
  const contents = new Map<string, ContentRow | null>();
  const candidates: Candidate[] = [];
  const released = new Map((await book.openReleases()).map((release) => [channelKey(release), release]));
  for (const [key, [first, ...others]] of Map.groupBy(vouchers, channelKey)) {
    if (!first) continue;
    if (candidates.length % TURN === TURN - 1) await setImmediate();
    const { contract, channelId } = first;
    const withdrawDelaySec = await host.withdrawDelaySec(contract);
    const row = await store.channel(contract, channelId);
    const channel = row && leavingBy(released.get(key), row, withdrawDelaySec);
    let voucher = first;
    // What is behind it would be lost with it. A release ends here, before what is dust becomes void.
    while (others[0] && row?.withdrawableAtSec != null && isDust(voucher, { gasPrice, policy })) {
      held.push({ voucher, why: 'below the gas' });
      voucher = others.shift() ?? voucher;
    }
    held.push(...others.map((one) => ({ voucher: one, why: 'earlier first' as const })));
    if (!isUnsent(voucher)) held.push({ voucher, why: 'under way' });
    else if (channel === null || channel.epoch < voucher.epoch) held.push({ voucher, why: 'not final' });
    else {
      await readContents(store, voucher, contents);
      const contentOf = (contentId: string) => contents.get(`${contract} ${contentId}`) ?? null;
      candidates.push({ voucher, deadline: deadlineOf(voucher, { channel, contentOf, withdrawDelaySec }) });
    }
  }
  return candidates;
}

function channelKey({ contract, channelId }: Pick<StoredVoucher, 'contract' | 'channelId'>): string {
  return `${contract} ${channelId}`;
}

/** The channel, as if its viewer had asked for the deposit when it is given back at once. */
function leavingBy(release: Release | undefined, channel: ChannelRow, delaySec: number): ChannelRow {
  if (release?.epoch !== channel.epoch) return channel;
  const { withdrawableAtSec } = channel;
  const endSec = release.askedAtSec + delaySec;
  return { ...channel, withdrawableAtSec: Math.min(withdrawableAtSec ?? endSec, endSec) };
}

function isDust(voucher: StoredVoucher, facts: Parameters<typeof isWorth>[2]): boolean {
  return isUnsent(voucher) && !isWorth(voucher, 1n, facts);
}

async function readContents(
  store: DueDeps['store'],
  { contract, items }: StoredVoucher,
  contents: Map<string, ContentRow | null>,
): Promise<void> {
  for (const { contentId } of items) {
    const key = `${contract} ${contentId}`;
    if (!contents.has(key)) contents.set(key, await store.contentById(contract, contentId));
  }
}

/** Keeps of the batch what the chain calls good, now and in the newest state that can't be undone. */
async function judge(deps: DueDeps, batch: ClaimBatch, found: DueVouchers): Promise<void> {
  const { chain, provider, claimer } = deps;
  const { contract } = batch;
  const vouchers = batch.vouchers.map(({ voucher }) => voucher);
  if (claimer !== null && !(await deps.contract.actsFor(contract, provider, claimer))) {
    found.held.push(...vouchers.map((voucher) => ({ voucher, why: 'no delegate' as const })));
    return;
  }
  const atHead = (await chain.reasons(contract, vouchers, 'latest')) ?? [];
  const forGood = (await chain.reasons(contract, vouchers, found.now.finalBlock)) ?? [];
  const good: DueVoucher[] = [];
  for (const [index, due] of batch.vouchers.entries()) {
    const { voucher } = due;
    const verdict = verdictOf(voucher, atHead[index] ?? null, forGood[index] ?? null, found.now);
    if (verdict === 'good') good.push(due);
    else if ('why' in verdict) found.held.push({ voucher, ...verdict });
    else found.refused.push({ voucher, ...verdict });
  }
  if (good.length === 0) return;
  const amount = good.reduce((sum, { voucher }) => sum + voucher.total, 0n);
  found.batches.push({ ...batch, vouchers: good, amount });
}

/** @param atHead @param forGood the contract's reasons; `null` where it did not stand there yet */
function verdictOf(
  voucher: StoredVoucher,
  atHead: RejectReason | null,
  forGood: RejectReason | null,
  now: ChainNow,
): 'good' | { why: Hold } | { reason: RejectReason } {
  if (atHead === 'none' && forGood === 'none') return 'good';
  if (atHead === 'seq_used' || atHead === 'epoch_invalid') return { why: 'records behind' };
  const isRefused = atHead !== null && atHead !== 'none' && forGood !== null && forGood !== 'none';
  return isRefused && isKnown(voucher, now) ? { reason: atHead } : { why: 'not final' };
}

/** Whether what can't be undone shows all that the voucher was signed on; before, that may be on its way back. */
function isKnown({ updatedAtSec }: StoredVoucher, { head, finalBlock, finalSec }: ChainNow): boolean {
  return finalBlock === head || updatedAtSec <= finalSec;
}
