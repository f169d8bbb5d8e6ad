import { Thread } from '../../../lib/thread.ts';
import { KEY_BYTES, type PublicKeyOf, SIGNED_BYTES } from './public-key.ts';

type Found = ReturnType<PublicKeyOf> | undefined;

interface Waiting {
  signed: Uint8Array;
  resolve(found: Found): void;
}

/** So that the thread has begun long before a turn with many requests ends, and messages cost little. */
const MAX_IN_MESSAGE = 8;

/** Recovers keys while the main thread does all else of a sale. What is asked for in one turn goes there in few messages. */
export class RecoverThread {
  readonly #thread: Thread<Uint8Array, Uint8Array>;
  #asked: Waiting[] = [];

  /** @param onExit when it is none any more. */
  constructor(onExit: () => void) {
    this.#thread = new Thread(new URL('thread.ts', import.meta.url), onExit);
  }

  /** What it is given before waits for it to start. */
  get isReady(): boolean {
    return this.#thread.isReady;
  }

  /** `undefined` where the thread ends before. */
  publicKeyOf(signed: Uint8Array): Promise<Found> {
    return new Promise((resolve) => {
      const asked = this.#asked.push({ signed, resolve });
      if (asked === MAX_IN_MESSAGE) void this.#send();
      else if (asked === 1) setImmediate(() => void this.#send());
    });
  }

  async #send(): Promise<void> {
    const asked = this.#asked;
    if (asked.length === 0) return;
    this.#asked = [];
    const all = new Uint8Array(asked.length * SIGNED_BYTES);
    for (const [nth, { signed }] of asked.entries()) all.set(signed, nth * SIGNED_BYTES);
    const keys = await this.#thread.ask(all);
    for (const [nth, { resolve }] of asked.entries()) {
      const key = keys?.subarray(nth * KEY_BYTES, (nth + 1) * KEY_BYTES);
      resolve(key?.[0] === 0 ? null : key);
    }
  }
}
