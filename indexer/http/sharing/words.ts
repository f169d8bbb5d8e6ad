import type { Unit } from '../../lib/unit.ts';

/** What is told of a video where its link is shown. */
export interface Told {
  /** `0.001 ETH`; `null`: free. */
  price: string | null;
  unit: Unit;
  retired: boolean;
  /** Seconds; `null`: not known here. */
  durationSec: number | null;
  /** Of a video that is sold: so many seconds are free. */
  previewSec: number;
  creator: string;
}

const MAX_NAME = 200;

/**
 * A name that somebody has put on chain, for a place where other text stands beside it: in one line, of a bound length,
 * without what would turn the text around it.
 */
export function tellableName(name: string): string {
  const line = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Bidi_Control}|\p{Noncharacter_Code_Point}/gu, '')
    .trim();
  const letters = [...line];
  return letters.length > MAX_NAME ? `${letters.slice(0, MAX_NAME - 1).join('')}…` : line || 'Video';
}

/** `0.001 ETH a minute, the first 10 s are free · 12 min · by 0x7099…79C8` */
export function description(told: Told): string {
  const { durationSec, creator } = told;
  const parts = [priceWords(told), durationSec === null ? null : durationWords(durationSec)];
  return [...parts.filter((part) => part !== null), `by ${shortAddress(creator)}`].join(' · ');
}

export function priceWords({
  price,
  unit,
  retired,
  previewSec,
}: Omit<Told, 'creator' | 'durationSec'>): string {
  if (retired) return 'Not sold any more';
  if (price === null) return 'Free to watch';
  const start = previewSec > 0 ? `, the first ${durationWords(previewSec)} are free` : '';
  return `${price} a ${unit}${start}`;
}

/** `45 s`, `12 min`, `1 h 5 min` */
export function durationWords(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}
