/** The kinds of records of the host. */
export type Kind = 'view' | 'stream' | 'content' | 'upload';

/** A record that has changed. */
export interface Change {
  kind: Kind;
  cid: string | undefined;
  /** The id of an upload that is packaged. */
  upload?: string | undefined;
  /** All wallets that the record names. */
  wallets: readonly string[];
}

/** The changes that make an answer old: of one CID, of one wallet, of one upload, or of all. */
export interface Interest {
  kinds: readonly Kind[];
  cid?: string;
  upload?: string;
  wallet?: string;
}

type Listener = () => void;
const listeners = new Map<Listener, Interest>();

/** Calls back after a change that matches, and after one whose record is unknown. @returns what ends it. */
export function onChange(interest: Interest, listener: Listener): () => void {
  listeners.set(listener, interest);
  return () => listeners.delete(listener);
}

/** @param change undefined when any record may have changed. */
export function announce(change?: Change): void {
  for (const [listener, interest] of [...listeners]) {
    if (change === undefined || concerns(change, interest)) listener();
  }
}

/** CIDv1 in base32, and EthStorage addresses in lower case: the same content has the same text. */
const CANONICAL = /^(ba[e-h][a-z2-7]+|0x[0-9a-f]{40})$/;

/** A CID in another spelling may be of any content. */
function mayBeOne(cid: string, other: string): boolean {
  return cid === other || !CANONICAL.test(cid) || !CANONICAL.test(other);
}

export function concerns(change: Change, { kinds, cid: wanted, wallet, upload }: Interest): boolean {
  const { kind, cid, wallets } = change;
  if (!kinds.includes(kind)) return false;
  if (upload !== undefined && upload !== change.upload) return false;
  if (wanted !== undefined && cid !== undefined && !mayBeOne(cid, wanted)) return false;
  return wallet === undefined || wallets.some((one) => one.toLowerCase() === wallet.toLowerCase());
}
