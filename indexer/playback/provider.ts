import { canonicalCid } from '../lib/cid.ts';

/** For whom this host serves, and where: what it sells is registered on chain at these addresses. */
export interface Provider {
  /** Whose streams they are, and who earns; checksummed. */
  readonly wallet: string;
  /**
   * Where players find a content, given as it is on chain: the URL of its stream.
   * @param token of somebody who plays it without headers.
   */
  playUrl(cid: string, token?: string): string;
  /** Whether a stream's URL is the one of this host for a canonical CID, in whatever spelling. */
  isOwn(url: string, cidKey: string): boolean;
  /** Whether it is the one of another host for that CID, where that one sells. */
  isElsewhere(url: string, cidKey: string): boolean;
}

const PLAY = '/play/';

/** @param baseUrl where people reach the host: asked for late, since a free port is known only once it is taken. */
export function createProvider(wallet: string, baseUrl: () => string): Provider {
  const base = () => baseUrl().replace(/\/+$/, '');
  const isOwn = (url: string, cidKey: string) => {
    const at = URL.parse(url);
    const own = new URL(`${base()}${PLAY}`);
    if (at === null || at.origin !== own.origin || !at.pathname.startsWith(own.pathname)) return false;
    return canonicalCid(decoded(at.pathname.slice(own.pathname.length))) === cidKey;
  };
  return {
    wallet,
    // In some bases a CID holds slashes, or what is no ASCII.
    playUrl: (cid, token) =>
      `${base()}${PLAY}${token === undefined ? '' : `~${token}/`}${encodeURIComponent(cid)}`,
    isOwn,
    isElsewhere(url, cidKey) {
      const { pathname = '' } = URL.parse(url) ?? {};
      const from = pathname.lastIndexOf(PLAY);
      const isGate = from >= 0 && canonicalCid(decoded(pathname.slice(from + PLAY.length))) === cidKey;
      return isGate && !isOwn(url, cidKey);
    },
  };
}

/** Somebody's URL may be no valid percent-encoding, and then names no CID. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** For the person who starts the host: streams that nobody reaches cost gas all the same. */
export function describeProvider(
  provider: Provider | null,
  { isReachable }: { isReachable: boolean },
): string {
  if (provider === null) return 'nothing: it has no key to register streams with (PRIVATEKEY)';
  const where = `for ${provider.wallet} (PROVIDER_WALLET) at ${provider.playUrl('CID')} (PUBLIC_URL)`;
  return isReachable ? where : `${where}: PUBLIC_URL is not set, so only this machine reaches it`;
}
