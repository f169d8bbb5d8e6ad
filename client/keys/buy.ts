import type { OpenRecord } from '../channel/channel.ts';
import { ClientError, PriceChanged } from '../errors.ts';
import type { ChannelRecord, Parties } from '../money/channel-record.ts';
import { disagreed, grown, joined, movedTo, served, tallyOf, writtenOff } from '../money/ledger.ts';
import { shownVoucher, signVoucher, voucherOf } from '../money/voucher.ts';
import { type Offer, offerIn } from '../seller/offer.ts';
import { type Given, type Refusal, refusalError, type Seller } from '../seller/seller.ts';
import type { ClientStorage } from '../storage.ts';
import { keepKeys } from './key-cache.ts';
import type { ProofsTo } from './proof.ts';
import { isReceiptOf } from './receipt.ts';
import { type Committed, distrust, requireKeys } from './trust.ts';

export interface Purchase extends Parties, ProofsTo {
  storage: ClientStorage;
  seller: Seller;
  content: Committed;
  /** In lower case. */
  contentId: string;
  /** Base units that a unit may cost. */
  unitPrice: bigint;
  /** Base units that this content may cost in all. */
  limit?: bigint | null;
  delegate?: string | null;
  held: OpenRecord;
}

type Keys = Map<number, Uint8Array<ArrayBuffer>>;

/** Ask, grow, be told of another voucher, grow again. */
const MAX_TURNS = 6;
const MAX_UNITS_A_CALL = 60;
const RECEIPT_ONE_OF = 16;

/**
 * The key of a unit by the channel's voucher: as it is, where that is enough, else grown by one unit; and of `others`
 * what that opens as well.
 * @throws {ClientError}
 */
export async function buyKeys(purchase: Purchase, unit: number, others: readonly number[]): Promise<Keys> {
  const offers: Offer[] = [];
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const answer = await ask(purchase, [unit]);
    if (answer.kind === 'keys') {
      const keys = await taken(purchase, [unit], answer);
      const opensAll = offers.some((offer) => offer.unit !== 'minute');
      return opensAll ? new Map([...keys, ...(await opened(purchase, others))]) : keys;
    }
    offers.push(...(await answered(purchase, unit, answer)));
  }
  throw disagreed();
}

/** What else is open once a view or a day is. */
async function opened(purchase: Purchase, units: readonly number[]): Promise<Keys> {
  const found: Keys = new Map();
  for (let from = 0; from < units.length; from += MAX_UNITS_A_CALL) {
    const some = units.slice(from, from + MAX_UNITS_A_CALL);
    const answer = await ask(purchase, some);
    if (answer.kind === 'refused') break;
    for (const [unit, key] of await taken(purchase, some, answer)) found.set(unit, key);
  }
  return found;
}

/** Asks with the voucher as it is: that never costs more than what is signed already. */
async function ask(
  { seller, held, contract, contentId }: Pick<Purchase, 'seller' | 'held' | 'contract' | 'contentId'>,
  units: readonly number[],
): Promise<Given | Refusal> {
  const { channelId, ledger, signature, bought } = held.record;
  const [first = 0] = units;
  // A seller finds what is sold by the voucher's items; an empty one, under a number that nobody has used, shows who asks.
  const isListed = ledger.items.some((item) => item.contentId === contentId);
  if (!isListed && tallyOf(ledger, contentId).signed === 0n) return await seller.openKey(first, null);
  const offered =
    isListed && signature !== null
      ? { voucher: voucherOf(channelId, ledger), signature }
      : proof(held.record);
  const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
  const wantsReceipt = bought === 0 || random % RECEIPT_ONE_OF === 0;
  return await seller.keys(units, { ...offered, contract }, wantsReceipt);
}

/** Does what the answer asks for, where that is all right. @returns the offer that was taken. */
async function answered(purchase: Purchase, unit: number, answer: Refusal): Promise<Offer[]> {
  const { held } = purchase;
  if (answer.problem === 'voucher_conflict') {
    if (await rejoin(held, answer)) return [];
    // It holds what this device does: something more is to be signed.
    const terms = await purchase.seller.openKey(unit, null);
    return terms.kind === 'refused' && terms.status === 402 ? await answered(purchase, unit, terms) : [];
  }
  // The deposit was given back meanwhile, and a new epoch has begun.
  if (answer.problem === 'voucher_invalid' && (await held.catchUp())) return [];
  if (!isPayable(answer)) throw refusalError(answer);
  await held.requireStaying();
  const offer = offerIn(answer.paymentRequired, purchase);
  const nextSeq = seqIn(answer);
  if (nextSeq !== null && nextSeq > held.record.ledger.seq) {
    await store(held, { ...held.record, ledger: movedTo(held.record.ledger, nextSeq) });
  }
  if (!(await settle(purchase, unit))) return [];
  // Not sealed, for the price of what is new has changed: that comes under the same number.
  const untakenSeq = answer.problem === 'price_changed' ? nextSeq : null;
  await store(held, { ...held.record, ledger: writtenOff(held.record.ledger, untakenSeq) });
  await grow(purchase, unit, offer);
  return [offer];
}

/** Takes what was paid and did not arrive: an answer was lost, or this program ended. @returns whether nothing else is to be asked. */
async function settle(purchase: Purchase, unit: number): Promise<boolean> {
  const { held, seller, content } = purchase;
  for (const [contentId, { pending }] of Object.entries(held.record.ledger.contents)) {
    const isAsked = pending?.cid === content.cid && pending.unit === unit;
    if (pending === null || isAsked) continue;
    const answer = await ask({ ...purchase, contentId, seller: seller.at(pending.url) }, [pending.unit]);
    if (answer.kind === 'keys') {
      const committed = { cid: pending.cid, keyHashes: { [pending.unit]: pending.keyHash } };
      await taken({ ...purchase, contentId, content: committed }, [pending.unit], answer);
    } else if (answer.problem === 'voucher_conflict') {
      // Its number has ended, as a claim does: what is open comes by the next one.
      await rejoin(held, answer);
      return false;
    } else if (!isPayable(answer)) throw refusalError(answer);
  }
  return true;
}

async function grow(purchase: Purchase, unit: number, offer: Offer): Promise<void> {
  const { held, contentId, unitPrice, limit = null, seller, content } = purchase;
  if (offer.due !== 1n)
    throw new ClientError('offer_differs', `The seller asks for ${offer.due} units, not one.`);
  if (offer.unitPrice > unitPrice) throw new PriceChanged({ from: unitPrice, to: offer.unitPrice });
  const { record } = held;
  const limits = { channel: record.limit, content: limit };
  const pending = { cid: content.cid, url: seller.url, unit, keyHash: content.keyHashes[unit] ?? '' };
  const ledger = grown(record.ledger, { contentId, unitPrice: offer.unitPrice, pending }, limits);
  await store(held, { ...record, ledger });
}

/** Whether something is to be signed, and nothing is to be waited for. */
function isPayable({ status, problem }: Refusal): boolean {
  return status === 402 && (problem === 'payment_required' || problem === 'price_changed');
}

/** Joins the record and what the seller holds, where our key has signed that. @returns whether that changes the record. */
async function rejoin(held: OpenRecord, refusal: Refusal): Promise<boolean> {
  const { record } = held;
  const { ledger } = record;
  const { voucher, signature } = refusal.body;
  const nextSeq = seqIn(refusal);
  if (nextSeq === null) throw disagreed();
  const next = joined(ledger, shownVoucher(voucher, signature, { ...record, epoch: ledger.epoch }), nextSeq);
  if (next !== ledger) await store(held, { ...record, ledger: next });
  return next !== ledger;
}

/** The number that the seller takes next, where it says so. */
function seqIn({ body: { next_seq: value } }: Refusal): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : null;
}

/** A voucher that promises nothing. */
function proof({ channelId, ledger, key, ...where }: ChannelRecord) {
  const seq = ledger.items.length === 0 ? ledger.seq : ledger.seq + 1;
  const voucher = voucherOf(channelId, { epoch: ledger.epoch, seq, items: [] });
  return { voucher, signature: signVoucher(voucher, key, where) };
}

/** Signs what the ledger says, and stores it before it is sent. */
async function store(held: OpenRecord, record: ChannelRecord): Promise<void> {
  const voucher = voucherOf(record.channelId, record.ledger);
  const signature = voucher.items.length === 0 ? null : signVoucher(voucher, record.key, record);
  await held.write({ ...record, signature });
}

/** Checks keys, and keeps them. */
async function taken(purchase: Purchase, units: readonly number[], given: Given): Promise<Keys> {
  const { held, storage, content, contentId } = purchase;
  const keys = await requireKeys(storage, purchase, { given, units, content });
  await came(held, contentId);
  await keepKeys(storage, content.cid, keys);
  await checkReceipts(purchase, given);
  return keys;
}

async function came({ record, write }: OpenRecord, contentId: string): Promise<void> {
  if (tallyOf(record.ledger, contentId).pending === null) return;
  await write({ ...record, ledger: served(record.ledger, contentId), bought: record.bought + 1 });
}

/** What stands in a receipt is for everybody to hold against the seller: one that is none is no seller's. */
async function checkReceipts(purchase: Purchase, { receipts }: Given) {
  const { delegate, provider, content, contentId, storage } = purchase;
  // Without knowing who may sign in the provider's place nothing can be said of another's signature.
  if (delegate === undefined) return;
  const signers = [provider, ...(delegate === null ? [] : [delegate])];
  for (const [unit, receipt] of receipts) {
    const keyHash = content.keyHashes[unit] ?? '';
    if (isReceiptOf(receipt, { contentId, unit, keyHash }, signers, purchase)) continue;
    const error = new ClientError('receipt_invalid', "The seller's receipt is none for what it gave.");
    await distrust(storage, purchase, { ...error, unit, receipt });
    throw error;
  }
}
