import { type Content, isSameListing, type Stream } from '../../../api/answers.ts';
import { sameHex } from '../../../lib/same-hex.ts';

/** What stands behind the base of a host in the address of its streams. */
const HOSTS_PATH = /\/(?:play|ipfs)\/.*$/;
const PLAIN = /^[\w:/.%~@[\]-]+$/;

type Listing = Pick<Content, 'content_id' | 'contract'>;

export interface OfListing {
  content: Content;
  streams: readonly Stream[];
  /** Whether its CID is listed more than once. */
  isOneOfSeveral: boolean;
}

/** Whether the provider has a stream of the listing. */
export function isServedBy(provider: string, streams: readonly Stream[], content: Listing): boolean {
  return streams.some(
    (each) => isSameListing(each, content) && sameHex(each.content_distributor_wallet, provider),
  );
}

/** Hosts that have the listing by their streams, each once. An address that is of no host's form is none to fetch from. */
export function sellersOf(streams: readonly Stream[], content: Listing): string[] {
  const bases = streams
    .filter((each) => isSameListing(each, content))
    .flatMap(({ stream_url }) => {
      const url = URL.parse(stream_url);
      const isHosts = url && /^https?:$/.test(url.protocol) && HOSTS_PATH.test(url.pathname);
      return isHosts ? [url.origin + url.pathname.replace(HOSTS_PATH, '')] : [];
    });
  return [...new Set(bases)];
}

/**
 * What the operator runs on the host's machine. Addresses are by strangers, and end in a shell: each word is quoted.
 * @param from base of a host; `undefined` where a file has to be brought
 * @param which names the listing where the CID has several
 */
export function provideCommand(
  cid: string,
  from: string | undefined,
  which?: Pick<Content, 'content_creator_wallet' | 'token'>,
): string {
  const words = ['npm', 'run', 'provide', '--', quoted(cid)];
  words.push(...(from === undefined ? ['--file', 'FILE'] : ['--from', quoted(from)]));
  if (which) words.push('--creator', quoted(which.content_creator_wallet), '--token', quoted(which.token));
  return words.join(' ');
}

/** Names a listing where its CID has several, and where nobody knows how many. */
export function whichOf<Named>(listing: Named, listings: number | undefined): Named | undefined {
  return listings === 1 ? undefined : listing;
}

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
