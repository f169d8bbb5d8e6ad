import { ask, type Fetch } from '../http.ts';
import type { Parties } from '../money/channel-record.ts';

/** Where the proof of a wrong key goes. */
export interface ProofsTo {
  /** The host where the viewer is, without a slash at its end: what a cheat has signed is filed there. To nobody by default. */
  proofsTo?: string | undefined;
  fetch?: Fetch | undefined;
}

/** The viewer waits no longer for it. */
const TIMEOUT_MS = 5_000;

/**
 * Files the wrong key with the receipt that the seller has signed for it.
 * @returns whether the host has taken it: then it is not asked again
 */
export async function fileProof(
  { proofsTo, fetch = globalThis.fetch, contract, provider }: Parties & ProofsTo,
  { contentId, key, receipt }: { contentId?: unknown; key?: unknown; receipt?: unknown },
): Promise<boolean> {
  if (proofsTo === undefined || typeof key !== 'string' || !receipt) return false;
  const { signature, ...signed } = Object(receipt);
  const id = `${contract}-${contentId}-${provider}`.toLowerCase();
  const json = { receipt: signed, signature, key };
  const sent = ask(fetch, `${proofsTo}/streams/${id}/proofs`, { json, timeoutMs: TIMEOUT_MS });
  // A refusal may be for what the host lacks just now: the stream, its delegate, the content.json.
  return await sent.then(
    ({ status }) => status < 300,
    () => false,
  );
}
