import type { Attach } from './hls/hls-stream.ts';

/** A place from which a video may play. */
export interface Source {
  url: string;
  from: 'provider' | 'host';
}

/** A source of the player. */
export interface PlayerSource extends Source {
  /** Its file is checked against the CID. */
  isChecked: boolean;
  /** The address of a master playlist, not of a file. */
  isPackaged: boolean;
  /** Nothing is paid: only its free start is open. */
  isPreview: boolean;
  /** How much that is. */
  previewSec?: number;
  /** Where keys are paid as they are needed. */
  attach?: Attach;
  /** Nothing more is loaded until a person has decided something. */
  isStopped?: boolean;
  /** Who serves it answers, and sells nothing for a while. */
  isRefused?: boolean;
}

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;
const PRIVATE = /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[f[cd]|\[fe80)/;

/**
 * Where to look for a video, best first: at its provider, then at this host, if that serves it.
 * @param streamUrl as the provider put it on chain; anybody can put anything there.
 * @param hostUrl the host's copy, or null.
 */
export function sourcesOf(streamUrl: string, hostUrl: string | null, page: URL): Source[] {
  const own = hostUrl === null ? [] : [{ url: hostUrl, from: 'host' as const }];
  const stream = URL.parse(streamUrl);
  if (!stream || !mayFollow(stream, page) || stream.href === hostUrl) return own;
  return [{ url: stream.href, from: 'provider' }, ...own];
}

/** A page of the internet must not lead its reader's browser into the reader's own network. */
function mayFollow(stream: URL, page: URL): boolean {
  if (stream.protocol !== 'http:' && stream.protocol !== 'https:') return false;
  return stream.origin === page.origin || !isInside(stream.hostname) || isInside(page.hostname);
}

function isInside(hostname: string): boolean {
  return LOOPBACK.test(hostname) || PRIVATE.test(hostname) || !/[.:]/.test(hostname);
}
