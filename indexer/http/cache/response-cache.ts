import { createHash } from 'node:crypto';

/** An answer as bytes. */
export interface ResponseBody {
  body: Buffer;
  /** The `Link` header that goes with it. */
  link?: string | undefined;
  /** When it will be wrong though nothing has changed; undefined: in the next second. */
  untilSec?: number | undefined;
}

/** A whole answer, ready to be sent. */
export interface CachedResponse extends ResponseBody {
  /** Which endpoint's it is. */
  route: string;
  /** Strong: the same bytes have the same tag, on every replica. */
  etag: string;
}

/** What a response is made of, so that it is known when it is out of date. */
export interface Dependencies {
  route: string;
  /** Names that `drop` is called with. */
  tags: readonly string[];
  /** When it was made, where it depends on the time. */
  second?: number | undefined;
}

interface Entry extends Dependencies {
  making: Promise<CachedResponse>;
  response: CachedResponse | null;
  bytes: number;
}

/** What an entry takes beside its text and body. */
const ENTRY_BYTES = 500;

/**
 * Responses by URL, within a bound of bytes; the ones not asked for the longest go first. It knows nothing of what they
 * say: whoever changes something drops what was made of it.
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
    if (!entry?.response || !holds(entry, entry.response, nowSec)) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.response;
  }

  /** Makes a response, once for all who ask while it is being made and nothing of it changes. */
  async make(key: string, of: Dependencies, write: () => Promise<ResponseBody>): Promise<CachedResponse> {
    const found = this.#entries.get(key);
    if (found && found.second === of.second) return found.making;
    const making = write().then((body) => ({ ...body, route: of.route, etag: etagOf(body) }));
    const entry: Entry = { ...of, making, response: null, bytes: 0 };
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

  /** Responses with this tag are made anew, those still being made included. */
  drop(tag: string): void {
    for (const key of this.#keysByTag.get(tag) ?? []) this.#remove(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#keysByTag.clear();
    this.#bytes = 0;
  }

  #keep(key: string, entry: Entry, response: CachedResponse): void {
    const bytes = response.body.length + 2 * key.length + ENTRY_BYTES;
    this.#put(key, { ...entry, response, bytes });
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

function holds({ second }: Dependencies, { untilSec }: ResponseBody, nowSec: number): boolean {
  return second === undefined || (second <= nowSec && nowSec < (untilSec ?? second + 1));
}

function etagOf({ body }: ResponseBody): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
