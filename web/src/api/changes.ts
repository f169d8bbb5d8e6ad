/** What the host's records hold, and its events are about. */
export type Kind = 'view' | 'stream' | 'content';

/** Something that has changed at the host. */
export interface Change {
  kind: Kind;
  cid: string | undefined;
  /** Of everybody who has to do with it. */
  wallets: readonly string[];
}

/** Which changes make an answer old. Without `cid` and `wallet`: those of all. */
export interface Interest {
  kinds: readonly Kind[];
  cid?: string;
  wallet?: string;
}

type Listener = () => void;
const listeners = new Map<Listener, Interest>();

/** Calls back at a change of interest, and at those of which nothing is known. @returns what stops it. */
export function onChange(interest: Interest, listener: Listener): () => void {
  listeners.set(listener, interest);
  return () => listeners.delete(listener);
}

/** @param change undefined: anything may have changed. */
export function announce(change?: Change): void {
  for (const [listener, interest] of [...listeners]) {
    if (change === undefined || concerns(change, interest)) listener();
  }
}

/** CIDv1 in base32, and an EthStorage address in lower case: one content has one such spelling. */
const CANONICAL = /^(ba[e-h][a-z2-7]+|0x[0-9a-f]{40})$/;

/** Other spellings may be of any content. */
function mayBeOne(cid: string, other: string): boolean {
  return cid === other || !CANONICAL.test(cid) || !CANONICAL.test(other);
}

export function concerns({ kind, cid, wallets }: Change, { kinds, cid: wanted, wallet }: Interest): boolean {
  if (!kinds.includes(kind)) return false;
  if (wanted !== undefined && cid !== undefined && !mayBeOne(cid, wanted)) return false;
  return wallet === undefined || wallets.some((one) => one.toLowerCase() === wallet.toLowerCase());
}
