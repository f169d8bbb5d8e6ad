import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Counters } from '../counters/counters.ts';
import type { SignIns } from '../store/book.ts';

/** How long a nonce waits for its signature. */
export const NONCE_SEC = 600;

/**
 * Nonces that say themselves that this host made them and until when they are good: handing one out costs nothing to
 * remember. What is remembered is that one has been used.
 */
export interface Nonces {
  issue(nowSec: number): { nonce: string; expiresAtSec: number };
  /** Until when it is good; `null` when it is none of ours or over. */
  goodUntil(nonce: string, nowSec: number): number | null;
  /** @returns true once for each nonce, whoever asks, before and after any restart. */
  spend(nonce: string, expiresAtSec: number, nowSec: number): Promise<boolean>;
}

export interface NonceDeps {
  /** Whoever has it can make nonces. */
  key: Uint8Array;
  book: SignIns;
  /** Shared where processes have stores of their own; the book alone decides while it does not answer. */
  counters: Pick<Counters, 'claim'>;
}

const RANDOM_BYTES = 16;
const TAG_BYTES = 16;
/** Random bytes, 4 bytes of time, tag: hex, for EIP-4361 wants letters and digits only. */
const NONCE = /^([0-9a-f]{32}([0-9a-f]{8}))([0-9a-f]{32})$/;

export function createNonces({ key, book, counters }: NonceDeps): Nonces {
  const tagOf = (text: string) => createHmac('sha256', key).update(text).digest().subarray(0, TAG_BYTES);

  return {
    issue(nowSec) {
      const expiresAtSec = nowSec + NONCE_SEC;
      const text = randomBytes(RANDOM_BYTES).toString('hex') + expiresAtSec.toString(16).padStart(8, '0');
      return { nonce: text + tagOf(text).toString('hex'), expiresAtSec };
    },
    goodUntil(nonce, nowSec) {
      const [, text = '', time = '', tag = ''] = NONCE.exec(nonce) ?? [];
      if (text === '' || !timingSafeEqual(tagOf(text), Buffer.from(tag, 'hex'))) return null;
      const expiresAtSec = Number.parseInt(time, 16);
      return expiresAtSec > nowSec ? expiresAtSec : null;
    },
    async spend(nonce, expiresAtSec, nowSec) {
      if (!(await book.spendNonce(nonce, { expiresAtSec, nowSec }))) return false;
      return await counters.claim(`sign-in ${nonce}`, (expiresAtSec - nowSec) * 1_000).catch(() => true);
    },
  };
}
