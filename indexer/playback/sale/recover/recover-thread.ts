import { Worker } from 'node:worker_threads';
import { KEY_BYTES, type PublicKeyOf, SIGNED_BYTES } from './public-key.ts';

/** It makes next to nothing of its own. */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 };

type Found = ReturnType<PublicKeyOf> | undefined;

interface Waiting {
  signed: Uint8Array;
  resolve(found: Found): void;
}

/** Recovers keys while the main thread does all else of a sale. What is asked for in one turn goes there in one message. */
export class RecoverThread {
  readonly #worker: Worker;
  #isReady = false;
  #asked: Waiting[] = [];
  readonly #sent: Waiting[][] = [];

  /** @param onExit when it is none any more. */
  constructor(onExit: () => void) {
    this.#worker = new Worker(new URL('thread.ts', import.meta.url), { resourceLimits: LIMITS });
    this.#worker.on('message', (message: 'ready' | Uint8Array) => {
      if (message === 'ready') this.#isReady = true;
      else this.#answer(message);
    });
    this.#worker.on('error', () => undefined); // `exit` follows
    this.#worker.on('exit', () => {
      onExit();
      for (const { resolve } of [...this.#sent.splice(0).flat(), ...this.#asked.splice(0)])
        resolve(undefined);
    });
    this.#worker.unref(); // it keeps no process from ending, unless somebody waits for it
  }

  /** What it is given before waits for it to start. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** `undefined` where the thread ends before. */
  publicKeyOf(signed: Uint8Array): Promise<Found> {
    return new Promise((resolve) => {
      if (this.#asked.push({ signed, resolve }) === 1) setImmediate(() => this.#send());
    });
  }

  #send(): void {
    const asked = this.#asked;
    this.#asked = [];
    if (asked.length === 0) return;
    const all = new Uint8Array(asked.length * SIGNED_BYTES);
    for (const [nth, { signed }] of asked.entries()) all.set(signed, nth * SIGNED_BYTES);
    if (this.#sent.push(asked) === 1) this.#worker.ref();
    this.#worker.postMessage(all);
  }

  #answer(keys: Uint8Array): void {
    const asked = this.#sent.shift() ?? [];
    if (this.#sent.length === 0) this.#worker.unref();
    for (const [nth, { resolve }] of asked.entries()) {
      const key = keys.subarray(nth * KEY_BYTES, (nth + 1) * KEY_BYTES);
      resolve(key[0] === 0 ? null : key);
    }
  }
}
