import { createHash } from 'node:crypto';
import type { Written } from './response-body.ts';

/** A whole answer, ready to be sent. */
export interface Answer {
  written: Written;
  /** Which endpoint's it is. */
  route: string;
  /** Strong: the same bytes have the same tag, on every replica. */
  etag: string;
}

/** What an answer is made of, so that it is known when it is out of date. */
export interface Ingredients {
  route: string;
  /** Names that `outdate` and `drop` are called with. */
  tags: readonly string[];
  /**
   * When it was made: it holds until `untilSec` of what was written, or in this second only; undefined: it does not
   * depend on the time.
   */
  second?: number;
}

/**
 * Ready answers by URL, within a bound of bytes; the ones not asked for the longest go first. It knows nothing of
 * what the answers say: whoever changes something outdates or drops what was made of it.
 */
export interface AnswerCache {
  /** There is nothing that could be out of date, nor is anything being made. */
  readonly isEmpty: boolean;
  /** Whether there is an answer, unless its second is over. */
  has(key: string): boolean;
  find(key: string, nowSec: number): Answer | undefined;
  /**
   * Makes an answer, once for all who ask while it is being made and nothing of it changes.
   * @param write is given the answer before, if its rows are still as they were.
   */
  make(key: string, of: Ingredients, write: (before: Written | null) => Promise<Written>): Promise<Answer>;
  /** Rows came or went: answers with this tag are made anew, those still being made included. */
  outdate(tag: string): void;
  /** Rows changed: the same, and their text is worth nothing. */
  drop(tag: string): void;
  clear(): void;
}

interface Entry extends Ingredients {
  /** `null` after it was outdated. */
  making: Promise<Answer> | null;
  answer: Answer | null;
  before: Written | null;
  bytes: number;
}

/** What an entry takes beside its text and body. */
const ENTRY_BYTES = 500;
const ROW_BYTES = 24;

export function createAnswerCache(maxBytes: number): AnswerCache {
  /** Least recently asked for first. */
  const entries = new Map<string, Entry>();
  const tagged = new Map<string, Set<string>>();
  let bytes = 0;

  function remove(key: string): void {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    bytes -= entry.bytes;
    for (const tag of entry.tags) {
      const keys = tagged.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) tagged.delete(tag);
    }
  }

  function put(key: string, entry: Entry): void {
    remove(key);
    entries.set(key, entry);
    bytes += entry.bytes;
    for (const tag of entry.tags) {
      const keys = tagged.get(tag);
      if (keys) keys.add(key);
      else tagged.set(tag, new Set([key]));
    }
  }

  function keep(key: string, entry: Entry, answer: Answer): void {
    if (entries.get(key) !== entry) return; // something of it has changed meanwhile
    put(key, { ...entry, answer, before: null, bytes: sizeOf(key, answer.written) });
    for (const oldest of entries.keys()) {
      if (bytes <= maxBytes) break;
      remove(oldest);
    }
  }

  return {
    get isEmpty() {
      return entries.size === 0;
    },
    has: (key) => entries.get(key)?.answer != null,
    find(key, nowSec) {
      const entry = entries.get(key);
      if (!entry?.answer || !holds(entry, entry.answer.written, nowSec)) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.answer;
    },
    async make(key, of, write) {
      const found = entries.get(key);
      if (found?.making && found.second === of.second) return found.making;
      const before = found?.before ?? null;
      const making = write(before).then((written) => ready(of.route, written));
      const entry = { ...of, making, answer: null, before, bytes: before ? sizeOf(key, before) : 0 };
      put(key, entry);
      try {
        const answer = await making;
        keep(key, entry, answer);
        return answer;
      } catch (error) {
        if (entries.get(key) === entry) remove(key);
        throw error;
      }
    },
    outdate(tag) {
      for (const key of [...(tagged.get(tag) ?? [])]) {
        const entry = entries.get(key);
        const before = entry?.answer?.written ?? entry?.before;
        // Another entry, since what is being made is kept in its own only; in the same place among the others.
        if (entry && before?.rows) entries.set(key, { ...entry, making: null, answer: null, before });
        else remove(key);
      }
    },
    drop(tag) {
      for (const key of tagged.get(tag) ?? []) remove(key);
    },
    clear() {
      entries.clear();
      tagged.clear();
      bytes = 0;
    },
  };
}

function sizeOf(key: string, { body, rows }: Written): number {
  return body.length + 2 * key.length + ENTRY_BYTES + ROW_BYTES * (rows?.keys.length ?? 0);
}

function holds({ second }: Ingredients, { untilSec }: Written, nowSec: number): boolean {
  return second === undefined || (second <= nowSec && nowSec < (untilSec ?? second + 1));
}

function ready(route: string, written: Written): Answer {
  const digest = createHash('sha256').update(written.body).digest('base64url');
  return { route, written, etag: `"${digest.slice(0, 22)}"` };
}
