import { createHash } from 'node:crypto';
import type { ResponseBody } from './response-body.ts';

/** A whole answer, ready to be sent. */
export interface CachedResponse {
  content: ResponseBody;
  /** Which endpoint's it is. */
  route: string;
  /** Strong: the same bytes have the same tag, on every replica. */
  etag: string;
}

/** What a response is made of, so that it is known when it is out of date. */
export interface Dependencies {
  route: string;
  /** Names that `outdate` and `drop` are called with. */
  tags: readonly string[];
  /** When it was made, where it depends on the time. */
  second?: number | undefined;
}

interface Entry extends Dependencies {
  /** `null` after it was outdated. */
  making: Promise<CachedResponse> | null;
  response: CachedResponse | null;
  /** What stood there before, if its rows are still as they were. */
  before: ResponseBody | null;
  bytes: number;
}

/** What an entry takes beside its text and body. */
const ENTRY_BYTES = 500;
const ROW_BYTES = 24;

/**
 * Responses by URL, within a bound of bytes; the ones not asked for the longest go first. It knows nothing of what they
 * say: whoever changes something outdates or drops what was made of it.
 */
export class ResponseCache {
  readonly #maxBytes: number;
  /** Least recently asked for first. */
  readonly #entries = new Map<string, Entry>();
  readonly #keysByTag = new Map<string, Set<string>>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** There is nothing that could be out of date, nor is anything being made. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Whether there is a response, unless its second is over. */
  has(key: string): boolean {
    return this.#entries.get(key)?.response != null;
  }

  find(key: string, nowSec: number): CachedResponse | undefined {
    const entry = this.#entries.get(key);
    if (!entry?.response || !holds(entry, entry.response.content, nowSec)) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.response;
  }

  /**
   * Makes a response, once for all who ask while it is being made and nothing of it changes.
   * @param write is given what stood there before, if its rows are still as they were.
   */
  async make(
    key: string,
    of: Dependencies,
    write: (before: ResponseBody | null) => Promise<ResponseBody>,
  ): Promise<CachedResponse> {
    const found = this.#entries.get(key);
    if (found?.making && found.second === of.second) return found.making;
    const before = found?.before ?? null;
    const making = write(before).then((content) => ({ content, route: of.route, etag: etagOf(content) }));
    const entry: Entry = { ...of, making, response: null, before, bytes: before ? sizeOf(key, before) : 0 };
    this.#put(key, entry);
    try {
      const response = await making;
      if (this.#entries.get(key) === entry) this.#keep(key, entry, response);
      return response;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#remove(key);
      throw error;
    }
  }

  /** Rows came or went: responses with this tag are made anew, those still being made included. */
  outdate(tag: string): void {
    for (const key of [...(this.#keysByTag.get(tag) ?? [])]) {
      const entry = this.#entries.get(key);
      const before = entry?.response?.content ?? entry?.before;
      // Another entry, since what is being made is kept in its own only; in the same place among the others.
      if (entry && before?.rows) this.#entries.set(key, { ...entry, making: null, response: null, before });
      else this.#remove(key);
    }
  }

  /** Rows changed: the same, and their text is worth nothing. */
  drop(tag: string): void {
    for (const key of this.#keysByTag.get(tag) ?? []) this.#remove(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#keysByTag.clear();
    this.#bytes = 0;
  }

  #keep(key: string, entry: Entry, response: CachedResponse): void {
    this.#put(key, { ...entry, response, before: null, bytes: sizeOf(key, response.content) });
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  #put(key: string, entry: Entry): void {
    this.#remove(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const tag of entry.tags) {
      const keys = this.#keysByTag.get(tag);
      if (keys) keys.add(key);
      else this.#keysByTag.set(tag, new Set([key]));
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    for (const tag of entry.tags) {
      const keys = this.#keysByTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysByTag.delete(tag);
    }
  }
}

function sizeOf(key: string, { body, rows }: ResponseBody): number {
  return body.length + 2 * key.length + ENTRY_BYTES + ROW_BYTES * (rows?.keys.length ?? 0);
}

function holds({ second }: Dependencies, { untilSec }: ResponseBody, nowSec: number): boolean {
  return second === undefined || (second <= nowSec && nowSec < (untilSec ?? second + 1));
}

function etagOf({ body }: ResponseBody): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
