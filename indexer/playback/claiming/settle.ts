import { setImmediate } from 'node:timers/promises';
import type { Claims } from '../../store/book/claims.ts';
import type { StoredVoucher, VoucherKey, Vouchers } from '../../store/book/vouchers.ts';
import type { Channels, LogPlace } from '../../store/store.ts';
import { takeClaimsOver } from './claims-taken-over.ts';
import { fateOf, type VoucherFacts } from './fate.ts';
import { undecidedOf } from './undecided.ts';

export interface SettleDeps {
  store: Pick<
    Channels,
    'channel' | 'claimsBy' | 'claimFrom' | 'rejectionOf' | 'claimedUnits' | 'epochEndedIn'
  >;
  book: Claims & Pick<Vouchers, 'voucher'>;
  /** Whose vouchers, lower case. */
  provider: string;
  nowSec(): number;
}

/** What of ours is on its way: the transaction by {@link keyOf} each voucher in it. */
export type InFlight = ReadonlyMap<string, string>;

/** What the book and the chain hold, looked at in this order, since another process may send meanwhile. */
export interface Look {
  /** What was marked as being claimed. */
  marked: readonly StoredVoucher[];
  inFlight: InFlight;
  /** Nothing changes any more up to there. */
  finalBlock: number;
}

const PAGE = 2_000;
const START: LogPlace = { blockNumber: -1, logIndex: 0 };

export function keyOf({ contract, channelId, epoch, seq }: VoucherKey): string {
  return `${contract} ${channelId} ${epoch} ${seq}`;
}

/** Another one where it was marked again since. */
function markOf(voucher: StoredVoucher): string {
  return `${keyOf(voucher)} ${voucher.claimTx} ${voucher.updatedAtSec}`;
}

/** Brings the book up to what the records say of the chain. */
export class Settling {
  readonly #deps: SettleDeps;
  /** Everything up to here is in the book, for good. */
  #done = START;

  constructor(deps: SettleDeps) {
    this.#deps = deps;
  }

  /** Whether the chain has paid what was not looked at yet. */
  async hasNew(): Promise<boolean> {
    const { store, provider } = this.#deps;
    return (await store.claimsBy(provider, this.#done, 1)).length > 0;
  }

  /** The records must show everything that was mined when it was asked what is on its way. */
  async run({ inFlight, finalBlock, marked }: Look): Promise<void> {
    const { book, provider, nowSec } = this.#deps;
    await this.#takeOver(finalBlock);
    const known = new Set(marked.map(markOf));
    const fates = [];
    for await (const voucher of undecidedOf(book, provider)) {
      const fate = fateOf(voucher, await this.#factsOf(voucher, inFlight, finalBlock));
      const isNew = voucher.state === 'claiming' && !known.has(markOf(voucher));
      if (fate && !(isNew && fate.to === 'sealed')) fates.push(fate);
    }
    if (fates.length > 0) await book.decideVouchers(fates, nowSec());
  }

  async #takeOver(finalBlock: number): Promise<void> {
    const { store, provider } = this.#deps;
    for (let after = this.#done; ; ) {
      const claims = await store.claimsBy(provider, after, PAGE);
      await takeClaimsOver(this.#deps, claims, finalBlock);
      const last = claims.at(-1);
      if (claims.length < PAGE || !last) break;
      after = { blockNumber: last.blockNumber, logIndex: last.logIndex };
      await setImmediate();
    }
    this.#done = { blockNumber: finalBlock, logIndex: Number.MAX_SAFE_INTEGER };
  }

  async #factsOf(voucher: StoredVoucher, inFlight: InFlight, finalBlock: number): Promise<VoucherFacts> {
    const { store } = this.#deps;
    const { contract, channelId, epoch, seq, state } = voucher;
    const channel = await store.channel(contract, channelId);
    const isOver = channel !== null && channel.epoch > epoch;
    const isSent = state === 'claiming' || state === 'rejected';
    return {
      channel,
      claim: channel && channel.nextSeq > seq ? await store.claimFrom(contract, channelId, seq) : null,
      rejected: isSent ? await store.rejectionOf(voucher) : null,
      endedIn: isOver ? await store.epochEndedIn(contract, channelId, epoch) : null,
      inFlightTx: inFlight.get(keyOf(voucher)) ?? null,
      finalBlock,
    };
  }
}
