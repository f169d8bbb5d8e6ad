import type { ChainFacts, Unit } from '../api/answers.ts';
import { MAX_PRICE, NATIVE_DECIMALS, toBaseUnits, toDecimal } from '../contract/money.ts';
import { createStoredValue, useStore } from '../lib/store.ts';
import { metadataOf } from './about/said.ts';
import { coinOf, type DraftCoin } from './fields/coin.ts';

/** The form of a creator, as filled in so far. */
export interface Draft {
  name: string;
  /** The name taken from the last chosen file. */
  suggested?: string;
  description?: string;
  /** Decimal. */
  price: string;
  /** Of the price; the native one where it is missing. */
  coin?: DraftCoin;
  /** So many minutes are paid at most within a day; empty: all. */
  capUnits?: string;
  /** What it is for; see `unitOf`. */
  unit: Unit;
  /** Packaged, and encrypted where it has a price; else it is kept as it is. */
  protect: boolean;
  /** Seconds of a protected video that play without a payment. */
  previewSec: number;
  /** Whole percent. */
  creatorShare: number;
  /** Whether this host is to serve the video. */
  serve: boolean;
}

const FRESH: Draft = {
  ...{ name: '', price: '0.001', unit: 'view', protect: true, previewSec: 10 },
  ...{ creatorShare: 70, serve: true },
};
const stored = createStoredValue<Partial<Draft>>('draft', {});

/** The draft, kept over reloads and while one is in another view. A coin of another chain is none. */
export function useDraft(chain: ChainFacts): [WholeDraft, (change: Partial<Draft>) => void] {
  const kept = { ...FRESH, ...useStore(stored) };
  const draft = { ...kept, coin: coinOf(kept.coin, chain) };
  return [draft, (part) => stored.set({ ...draft, ...part })];
}

/** With the coin of its price. */
export type WholeDraft = Draft & { coin: DraftCoin };

/** What the price is for: minutes can't be sold of a file that plays as a whole. */
export function unitOf({ unit, protect }: Pick<Draft, 'unit' | 'protect'>): Unit {
  return unit === 'minute' && !protect ? 'view' : unit;
}

/** After a publication: the name goes, the terms stay for the next video. */
export function endDraft(published: Draft): void {
  stored.set(afterPublication({ ...FRESH, ...stored.get() }, published));
}

/** A draft with another name was begun meanwhile, and stays. */
export function afterPublication(draft: Draft, { name }: Draft): Draft {
  return draft.name === name ? { ...draft, name: '', suggested: '', description: '' } : draft;
}

/** Named after its file, unless a person has named it. */
export function namedAfter(draft: Draft, fileName: string): Partial<Draft> {
  const suggested = nameOf(fileName);
  const isOwn = draft.name !== '' && draft.name !== draft.suggested;
  return isOwn ? {} : { name: suggested, suggested };
}

/** `my_holiday.mp4` → `my holiday` */
function nameOf(fileName: string): string {
  return fileName
    .replace(/\.[^.]+$/, '')
    .replaceAll('_', ' ')
    .slice(0, 200);
}

type DraftField =
  | 'name'
  | 'description'
  | 'price'
  | 'coin'
  | 'capUnits'
  | 'creatorShare'
  | 'previewSec'
  | 'captions'
  | 'file';
export type DraftErrors = Partial<Record<DraftField, string>>;

/** The error of each field, in words; empty when the draft can be published. */
export function draftErrors(draft: Draft): DraftErrors {
  const { name, price, coin, protect, previewSec } = draft;
  const errors = {
    name: nameError(name.trim()),
    description: descriptionError(draft),
    price: priceError(price, coin),
    capUnits: unitOf(draft) === 'minute' ? capError(draft.capUnits ?? '') : undefined,
    previewSec: protect ? previewError(previewSec) : undefined,
  };
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => error !== undefined));
}

function nameError(name: string): string | undefined {
  if (name === '') return 'A video needs a name.';
  return bytesOf(name) > 256 ? 'This name is too long.' : undefined;
}

/** As the host and the contract take it. */
const MAX_METADATA_BYTES = 4_096;

function descriptionError(draft: Draft): string | undefined {
  const over = bytesOf(metadataOf(draft)) - MAX_METADATA_BYTES;
  return over > 0 ? `This description is too long, by about ${over} characters.` : undefined;
}

/** What is wrong of a price, in the native coin where none is named. */
export function priceError(price: string, coin?: Pick<DraftCoin, 'decimals' | 'symbol'>): string | undefined {
  const { decimals, symbol } = coin ?? { decimals: NATIVE_DECIMALS, symbol: 'ETH' };
  const units = toBaseUnits(price, decimals);
  if (units !== undefined)
    return units > MAX_PRICE ? `The price can be ${toDecimal(MAX_PRICE, decimals)} at most.` : undefined;
  const isNumber = toBaseUnits(price, ANY_DECIMALS) !== undefined;
  return isNumber
    ? `${symbol} has ${decimals} places after the point.`
    : 'A price is a number such as 0.001.';
}

const ANY_DECIMALS = 40;

function capError(capUnits: string): string | undefined {
  const isGood = /^\s*([1-9]\d{0,5})?\s*$/.test(capUnits);
  return isGood ? undefined : 'A whole number of minutes, such as 30, or nothing.';
}

function previewError(seconds: number): string | undefined {
  const isGood = Number.isInteger(seconds) && seconds >= 0 && seconds <= 60;
  return isGood ? undefined : 'A free start has 0 to 60 seconds.';
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
