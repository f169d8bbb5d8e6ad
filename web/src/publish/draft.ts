import type { Unit } from '../api/answers.ts';
import { MAX_PRICE, toBaseUnits, toDecimal } from '../contract/money.ts';
import { createStoredValue, useStore } from '../lib/store.ts';

/** The form of a creator, as filled in so far. */
export interface Draft {
  name: string;
  /** The name taken from the last chosen file. */
  suggested?: string;
  /** Decimal, in the native coin. */
  price: string;
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

/** The draft, kept over reloads and while one is in another view. */
export function useDraft(): [Draft, (change: Partial<Draft>) => void] {
  const draft = { ...FRESH, ...useStore(stored) };
  return [draft, (part) => stored.set({ ...draft, ...part })];
}

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
  return draft.name === name ? { ...draft, name: '', suggested: '' } : draft;
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

type DraftErrors = Partial<Record<'name' | 'price' | 'previewSec', string>>;

/** The error of each field, in words; empty when the draft can be published. */
export function draftErrors({ name, price, protect, previewSec }: Draft): DraftErrors {
  const errors = {
    ...{ name: nameError(name.trim()), price: priceError(price) },
    previewSec: protect ? previewError(previewSec) : undefined,
  };
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => error !== undefined));
}

function nameError(name: string): string | undefined {
  if (name === '') return 'A video needs a name.';
  return new TextEncoder().encode(name).length > 256 ? 'This name is too long.' : undefined;
}

function priceError(price: string): string | undefined {
  const units = toBaseUnits(price);
  if (units === undefined) return 'A price is a number such as 0.001.';
  return units > MAX_PRICE ? `The price can be ${toDecimal(MAX_PRICE)} at most.` : undefined;
}

function previewError(seconds: number): string | undefined {
  const isGood = Number.isInteger(seconds) && seconds >= 0 && seconds <= 60;
  return isGood ? undefined : 'A free start has 0 to 60 seconds.';
}
