import type {
  BookPage,
  Opening,
  Sale,
  StoredVoucher,
  Voucher,
  VoucherItem,
} from '../../store/book/vouchers.ts';
import { DAY_SEC } from '../open-until.ts';
import { type ChannelFunds, shortfall } from './funds.ts';
import { dominates, dueUnits, grownItems, paidUnits, type Terms, unitStates } from './rules.ts';
import { MAX_ITEMS } from './voucher.ts';

/** What is asked for, and the voucher that is shown for it: its signature is good. */
export interface SaleRequest {
  voucher: Voucher;
  funds: ChannelFunds;
  /** What its openings say. */
  opening: Pick<Opening, 'scope' | 'contract' | 'contentId' | 'cid' | 'wallet'>;
  /** In force. */
  terms: Terms & { pricePerUnit: bigint; retired: boolean };
  /** Of those that have a key. */
  units: readonly number[];
  /** Prices that are taken now; `undefined` of contents of which nobody has asked them. */
  pricesOf(contentId: string): readonly bigint[] | undefined;
  /** So many units are sold for a deposit that is not final yet. */
  unconfirmedUnits: number;
  /** Why this host sells nothing to anybody: the records are too old to sell by, or another host sells for the provider. */
  halt: 'mirror_behind' | 'elsewhere' | null;
  nowSec: number;
}

/** Why no unit is opened. */
export type Refusal =
  | { reason: 'retired' | 'mirror_behind' | 'elsewhere' }
  /** `nextSeq`: what is shown can't grow any more. */
  | { reason: 'unpaid'; nextSeq?: number }
  | { reason: 'deposit_unconfirmed' | 'deposit_too_low' | 'withdrawal_pending' }
  /** `seals`: a price in the voucher that stands is no longer taken, so that one ends. */
  | { reason: 'price_changed'; contentId: string; nextSeq: number; seals: boolean }
  | { reason: 'conflict'; stored: StoredVoucher | null; nextSeq: number; credit: number }
  /** The chain has shown this voucher to everybody: it proves no key. */
  | { reason: 'public'; nextSeq: number };

export interface Opened {
  units: { unit: number; untilSec: number }[];
  /** For whom. */
  wallet: string;
  /** So many units were bought for it. */
  due: number;
  /** What stands in the book under the number shown. */
  voucher: Voucher;
  /** Units of the content that are paid and not opened. */
  credit: number;
}

export type Verdict = { opened: Opened } | { refusal: Refusal; due: number };

/** What the voucher shown is to the book. */
type Place =
  /** It promises nothing new. */
  | { kind: 'stands' }
  /** It takes the place of the open one, or begins the next number. */
  | { kind: 'grows' | 'begins'; before: readonly VoucherItem[] }
  | { kind: 'conflicts' };

/**
 * Judges a request over what the book holds. A unit is opened where it is open already, or paid: by what the book has, or by the
 * voucher shown, which the book then keeps. All units are opened or none. What is open is served again whatever else is wrong.
 */
export function judgeSale(request: SaleRequest, page: BookPage): Sale<Verdict> {
  const { units, terms, nowSec, opening, voucher } = request;
  if (isPublic(request, page)) {
    return { answer: { refusal: { reason: 'public', nextSeq: nextNumber(request, page) }, due: 0 } };
  }
  const states = unitStates(units, page.openings, terms, nowSec);
  const due = dueUnits(states, page.openings, terms, nowSec);
  const place = placeOf(request, page);
  const objection = objectionTo(request, page, place, due.length);
  if (objection && due.length > 0 && !isPaidBefore(request, page, place, due.length)) {
    const seals = objection.reason === 'price_changed' && objection.seals;
    return { answer: { refusal: objection, due: due.length }, seals };
  }

  const isKept = objection === null && (place.kind === 'grows' || place.kind === 'begins');
  const opens = due.map((unit) => ({ ...opening, unit, openedAtSec: nowSec, untilSec: nowSec + DAY_SEC }));
  const openings = [...page.openings, ...opens];
  const after = unitStates(units, openings, terms, nowSec);
  const opened = {
    // A deposit that is undone has taken its viewer out of the records.
    wallet: openings[0]?.wallet ?? opening.wallet,
    units: after.map(({ unit, untilSec }) => ({ unit, untilSec: untilSec ?? nowSec })),
    due: due.length,
    voucher: isKept ? voucher : (shownIn(request, page) ?? voucher),
    credit: creditOf(request, page, isKept ? voucher : null) - due.length,
  };
  return { answer: { opened }, opens, ...(isKept && { voucher, seals: place.kind === 'begins' }) };
}

/** Of what was claimed, or sent to be, everybody has the signature. What is open comes back by a number that nobody has used. */
function isPublic(request: SaleRequest, page: BookPage): boolean {
  const { seq } = request.voucher;
  return seq < request.funds.nextSeq || shownIn(request, page)?.isPublic === true;
}

function placeOf(request: SaleRequest, page: BookPage): Place {
  const { items, seq } = request.voucher;
  const shown = shownIn(request, page);
  const open = openIn(request, page);
  if (shown && dominates(shown.items, items)) return { kind: 'stands' };
  if (shown) {
    const grows = shown === open && dominates(items, shown.items);
    return grows ? { kind: 'grows', before: shown.items } : { kind: 'conflicts' };
  }
  // It promises nothing, and proves the key.
  if (items.length === 0) return { kind: seq >= nextSeqOf(request, page) ? 'stands' : 'conflicts' };
  const isNext = seq >= nextSeqOf(request, page) && (open === undefined || mustSeal(open, items));
  return isNext ? { kind: 'begins', before: [] } : { kind: 'conflicts' };
}

/** What the book has pays for it, whatever keeps the voucher from growing. */
function isPaidBefore(request: SaleRequest, page: BookPage, place: Place, due: number): boolean {
  if (request.halt || place.kind === 'conflicts') return false;
  return fundsObjection(request, page, null) === null && due <= creditOf(request, page, null);
}

/** What keeps units from being opened that are not open already; `null`: nothing. */
function objectionTo(request: SaleRequest, page: BookPage, place: Place, due: number): Refusal | null {
  if (request.halt) return { reason: request.halt };
  if (place.kind === 'conflicts') return conflictOf(request, page);
  if (place.kind === 'stands') return fundsObjection(request, page, null) ?? unpaid(request, page, null, due);
  return (
    growthObjection(request, page, place.before) ??
    fundsObjection(request, page, request.voucher) ??
    unpaid(request, page, request.voucher, due)
  );
}

/** Nothing is sold any more that was not signed for before. */
function growthObjection(
  request: SaleRequest,
  page: BookPage,
  before: readonly VoucherItem[],
): Refusal | null {
  const { voucher, terms, funds, pricesOf } = request;
  if (terms.retired) return { reason: 'retired' };
  if (funds.isWithdrawing || page.isReleased) return { reason: 'withdrawal_pending' };
  const grownOnes = grownItems(voucher.items, before);
  // Others have written meanwhile what nobody has looked up.
  if (grownOnes.some(({ contentId }) => pricesOf(contentId) === undefined)) return conflictOf(request, page);
  const gone = grownOnes.filter(({ contentId, unitPrice }) => !pricesOf(contentId)?.includes(unitPrice));
  // Of what is new the price can be changed where it stands: a viewer could split what it buys into vouchers that nobody claims.
  const stood = gone.find(({ contentId }) => before.some((item) => item.contentId === contentId));
  const [first] = stood ? [stood] : gone;
  if (!first) return null;
  const nextSeq = stood ? nextSeqOf(request, page) : nextNumber(request, page);
  return { reason: 'price_changed', contentId: first.contentId, nextSeq, seals: stood !== undefined };
}

function fundsObjection(request: SaleRequest, page: BookPage, growing: Voucher | null): Refusal | null {
  const { funds, unconfirmedUnits, terms } = request;
  const others = page.vouchers.filter(
    ({ seq, state }) =>
      seq >= funds.nextSeq && seq !== growing?.seq && state !== 'rejected' && state !== 'void',
  );
  const promised = others.reduce((sum, { total }) => sum + total, growing?.total ?? 0n);
  const reason = shortfall(funds, promised, BigInt(unconfirmedUnits) * terms.pricePerUnit);
  return reason && { reason };
}

function unpaid(request: SaleRequest, page: BookPage, growing: Voucher | null, due: number): Refusal | null {
  if (due <= creditOf(request, page, growing)) return null;
  // Who shows less than was signed before does not know of it.
  const shown = shownIn(request, page);
  const open = openIn(request, page);
  const known = shown ?? open;
  const isForgotten = growing === null && known && !dominates(request.voucher.items, known.items);
  if (isForgotten) return conflictOf(request, page);
  // Else the next unit would be signed under a number that has ended, and then again.
  return { reason: 'unpaid', ...(shown && shown !== open && { nextSeq: nextNumber(request, page) }) };
}

function creditOf({ opening }: SaleRequest, page: BookPage, growing: Voucher | null): number {
  return paidUnits(page.vouchers, opening.contentId, growing) - page.bought;
}

function conflictOf(request: SaleRequest, page: BookPage): Refusal {
  const stored = openIn(request, page) ?? shownIn(request, page) ?? page.vouchers.at(-1) ?? null;
  return {
    reason: 'conflict',
    stored,
    nextSeq: nextNumber(request, page),
    credit: creditOf(request, page, null),
  };
}

/** Under which the channel's key is to sign: that of the open one, while it may grow. */
function nextNumber(request: SaleRequest, page: BookPage): number {
  const open = openIn(request, page);
  return open && !mustSeal(open, request.voucher.items) ? open.seq : nextSeqOf(request, page);
}

function shownIn({ voucher }: SaleRequest, { vouchers }: BookPage): StoredVoucher | undefined {
  return vouchers.find(({ seq }) => seq === voucher.seq);
}

/** The one that may grow: a later claim has not made its number void. */
function openIn({ funds }: SaleRequest, { vouchers }: BookPage): StoredVoucher | undefined {
  return vouchers.find(({ state, seq, isPublic }) => state === 'open' && !isPublic && seq >= funds.nextSeq);
}

/** It lists as many contents as it may, or one of these at another price. */
function mustSeal(open: StoredVoucher, items: readonly VoucherItem[]): boolean {
  return (
    open.items.length >= MAX_ITEMS ||
    open.items.some((item) =>
      items.some(({ contentId, unitPrice }) => contentId === item.contentId && unitPrice !== item.unitPrice),
    )
  );
}

/** The least number of a voucher that begins empty. */
function nextSeqOf({ funds }: SaleRequest, { lastSeq }: BookPage): number {
  return Math.max(funds.nextSeq, lastSeq === null ? 0 : lastSeq + 1);
}
