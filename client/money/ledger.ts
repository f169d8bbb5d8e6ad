// What a channel's key has signed for, and what came for it. Pure: whoever changes it stores it before it is sent.
import { ClientError, LimitReached } from '../errors.ts';

export interface Item {
  contentId: string;
  units: bigint;
  /** Base units. */
  unitPrice: bigint;
}

/** Of one content, in this epoch, under all numbers. */
export interface Tally {
  /** Units signed for. */
  signed: bigint;
  /** Units that came for it. */
  opened: bigint;
  /** Base units signed for. */
  spent: bigint;
  /** What was signed for last; `null` where it has come. */
  pending: Pending | null;
}

/** A unit that is paid, and where to ask for it again. */
export interface Pending {
  cid: string;
  url: string;
  unit: number;
  /** SHA-256 of its key, in hex. */
  keyHash: string;
  /** The number of the voucher that pays it. */
  seq: number;
  /** Base units; missing in what an older version has stored. */
  unitPrice?: bigint;
}

export interface Ledger {
  epoch: number;
  /** The number of the voucher that grows. */
  seq: number;
  items: readonly Item[];
  /** Vouchers under earlier numbers that may not be claimed yet. */
  earlier: readonly { seq: number; total: bigint }[];
  contents: Readonly<Record<string, Tally>>;
  /** Units that were signed under a number that had ended, and are not counted as paid. */
  writtenOff: number;
}

/** What the seller holds, as it shows it: signed by this channel's key. */
export interface Shown {
  seq: number;
  items: readonly Item[];
}

const NOTHING: Tally = { signed: 0n, opened: 0n, spent: 0n, pending: null };
/** The contract takes more; sellers end a voucher here. */
const MAX_ITEMS = 32;
/** A seller can let so many units be signed twice, in an epoch. */
const MAX_WRITTEN_OFF = 1;

export function emptyLedger(epoch: number, seq: number): Ledger {
  return { epoch, seq, items: [], earlier: [], contents: {}, writtenOff: 0 };
}

export function totalOf(items: readonly Item[]): bigint {
  return items.reduce((sum, { units, unitPrice }) => sum + units * unitPrice, 0n);
}

/** Base units signed for in this epoch: what the seller could claim at most. The limits count by it, and believe nobody. */
export function spentOf({ contents }: Pick<Ledger, 'contents'>): bigint {
  return Object.values(contents).reduce((sum, { spent }) => sum + spent, 0n);
}

/** Base units of what is signed for, not claimed, and has not come: the seller may know of it, or not. */
export function awaitedOf(ledger: Ledger, nextSeq: number): bigint {
  const pending = pendingOf(ledger);
  return pending && pending.seq >= nextSeq ? (pending.unitPrice ?? 0n) : 0n;
}

/** The one unit that is paid and has not come. */
export function pendingOf({ contents }: Pick<Ledger, 'contents'>): Pending | null | undefined {
  return Object.values(contents).find(({ pending }) => pending)?.pending;
}

/** The number of the last voucher that is signed and may not be claimed yet; `null` where there is none. */
export function lastSignedSeq({ seq, items, earlier }: Ledger): number | null {
  return items.length > 0 ? seq : (earlier.at(-1)?.seq ?? null);
}

/** What vouchers that are not claimed yet come to: those from this number on. */
export function unclaimedOf({ items, earlier }: Ledger, nextSeq: number): bigint {
  const sealed = earlier.filter(({ seq }) => seq >= nextSeq);
  return totalOf(items) + sealed.reduce((sum, { total }) => sum + total, 0n);
}

export function tallyOf({ contents }: Ledger, contentId: string): Tally {
  return contents[contentId] ?? NOTHING;
}

/**
 * The ledger with one unit more: as it is signed next.
 * @param pending what it is for
 * @param limits base units, of all that the channel may spend, and of this content
 * @throws {LimitReached}
 * @throws {ClientError} not_served, where a unit is paid that has not come
 */
export function grown(
  ledger: Ledger,
  { contentId, unitPrice, pending }: Omit<Item, 'units'> & { pending: Omit<Pending, 'seq' | 'unitPrice'> },
  limits: { channel: bigint; content: bigint | null },
): Ledger {
  if (Object.values(ledger.contents).some(({ signed, opened }) => signed > opened)) {
    throw new ClientError('not_served', 'A unit is paid that the seller does not give.');
  }
  const tally = tallyOf(ledger, contentId);
  checkLimit(limits.channel, spentOf(ledger), unitPrice);
  if (limits.content !== null) checkLimit(limits.content, tally.spent, unitPrice);

  const same = ledger.items.find((item) => item.contentId === contentId);
  const isFull = same === undefined && ledger.items.length >= MAX_ITEMS;
  // A voucher has one price for a content.
  const isOther = same !== undefined && same.unitPrice !== unitPrice;
  if (isFull || isOther)
    return grown(movedTo(ledger, ledger.seq + 1), { contentId, unitPrice, pending }, limits);
  const units = (same?.units ?? 0n) + 1n;
  return withTally(withItem(ledger, contentId, units, unitPrice), contentId, {
    ...tally,
    signed: tally.signed + 1n,
    spent: tally.spent + unitPrice,
    pending: { ...pending, seq: ledger.seq, unitPrice },
  });
}

/** The ledger after what was paid has come. */
export function served(ledger: Ledger, contentId: string): Ledger {
  const tally = tallyOf(ledger, contentId);
  return withTally(ledger, contentId, { ...tally, opened: tally.signed, pending: null });
}

/** The ledger whose next voucher starts empty under a higher number. */
export function movedTo(ledger: Ledger, seq: number): Ledger {
  if (seq <= ledger.seq) return ledger;
  const { items } = ledger;
  const ended = items.length > 0 ? [{ seq: ledger.seq, total: totalOf(items) }] : [];
  return { ...ledger, seq, items: [], earlier: [...ledger.earlier, ...ended] };
}

/** The ledger without what is claimed: the numbers below this one. */
export function claimedUpTo(ledger: Ledger, nextSeq: number): Ledger {
  const { earlier, ...moved } = movedTo(ledger, nextSeq);
  return { ...moved, earlier: earlier.filter(({ seq }) => seq >= nextSeq) };
}

/**
 * The ledger and what the seller holds, joined: nothing that was signed is lost, and nothing is signed anew but the
 * greater of both.
 * @param nextSeq the number that the seller takes next
 * @throws {ClientError} voucher_conflict
 */
export function joined(ledger: Ledger, shown: Shown | null, nextSeq: number): Ledger {
  const isEnded = nextSeq > ledger.seq;
  let result = ledger;
  if (shown && shown.seq >= ledger.seq) {
    result = movedTo(ledger, shown.seq);
    for (const { contentId, units, unitPrice } of shown.items) {
      const mine = result.items.find((item) => item.contentId === contentId && item.unitPrice === unitPrice);
      const more = units - (mine?.units ?? 0n);
      if (more > 0n)
        result = found(withItem(result, contentId, units, unitPrice), contentId, more, unitPrice);
    }
  } else if (!isEnded) throw disagreed();
  return movedTo(result, nextSeq);
}

/** It proves nothing against the seller: what it knows of, or what came to it, may be late. */
export function disagreed(): ClientError {
  return new ClientError('voucher_conflict', 'It is not clear which voucher comes next.');
}

/**
 * The ledger without a unit that was signed and that the seller does not give: under a number that has ended, since its voucher
 * came too late, or as the first of its content in a voucher that the seller has not taken. It may be claimed all the same.
 * @param untakenSeq the number of a voucher that the seller takes at another price
 * @throws {ClientError} voucher_conflict
 */
export function writtenOff(ledger: Ledger, untakenSeq: number | null = null): Ledger {
  const lost = Object.entries(ledger.contents).find(([contentId, { signed, opened, pending }]) => {
    if (signed <= opened || pending === null) return false;
    return pending.seq < ledger.seq || (pending.seq === untakenSeq && isFirst(ledger, contentId));
  });
  if (lost === undefined) return ledger;
  if (ledger.writtenOff >= MAX_WRITTEN_OFF) throw disagreed();
  const [contentId, tally] = lost;
  const next = { ...tally, signed: tally.opened, pending: null };
  const isHere = tally.pending?.seq === ledger.seq;
  const items = isHere ? ledger.items.filter((item) => item.contentId !== contentId) : ledger.items;
  return withTally({ ...ledger, items, writtenOff: ledger.writtenOff + 1 }, contentId, next);
}

/** Whether nothing of the content was taken under this number before. */
function isFirst({ items }: Ledger, contentId: string): boolean {
  return items.find((item) => item.contentId === contentId)?.units === 1n;
}

/** Units that were signed and are not in the ledger: what was stored of them is lost, and they came. */
function found(ledger: Ledger, contentId: string, units: bigint, unitPrice: bigint): Ledger {
  const { signed, opened, spent, pending } = tallyOf(ledger, contentId);
  return withTally(ledger, contentId, {
    pending,
    signed: signed + units,
    opened: opened + units,
    spent: spent + units * unitPrice,
  });
}

function withItem(ledger: Ledger, contentId: string, units: bigint, unitPrice: bigint): Ledger {
  const isSame = (item: Item) => item.contentId === contentId && item.unitPrice === unitPrice;
  const items = ledger.items.some(isSame)
    ? ledger.items.map((item) => (isSame(item) ? { ...item, units } : item))
    : [...ledger.items, { contentId, units, unitPrice }];
  return { ...ledger, items };
}

function withTally(ledger: Ledger, contentId: string, tally: Tally): Ledger {
  return { ...ledger, contents: { ...ledger.contents, [contentId]: tally } };
}

function checkLimit(limit: bigint, spent: bigint, price: bigint): void {
  if (spent + price > limit) throw new LimitReached({ limit, spent, price });
}
