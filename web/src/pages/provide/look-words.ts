import type { StreamLook } from './stream-look.ts';

/** What was found at an address, for people. */
export interface LookWords {
  tone: 'good' | 'warm' | 'plain';
  title: string;
  detail: string | null;
  /** Nobody could watch it there: one is asked before it is registered. */
  stops: boolean;
}

const OWN_NETWORK =
  'It is not on the public internet: it may play for you, and viewers elsewhere cannot reach it.';
const ONLY_HERE: LookWords = {
  ...{ tone: 'warm', title: 'Only this machine or network reaches this address.', detail: OWN_NETWORK },
  stops: true,
};

/** @param look `null` where the host did not look */
export function lookWords(look: StreamLook | null): LookWords {
  if (look === null) return plain('Nobody has looked at this address: the host could not now.');
  const { state, reason, latency_ms, findings } = look;
  if (state === 'ok') return good(look);
  if (reason === 'not_public') return ONLY_HERE;
  if (reason === 'own') return plain('This host serves it itself.');
  if (state === 'unchecked') {
    return plain('It answers, but nobody could compare it with the CID: viewers will read “not verified”.');
  }
  const detail = findings.find(({ result }) => result === state)?.detail ?? null;
  if (state !== 'wrong' && latency_ms === null)
    return { tone: 'warm', title: 'Nothing answers at this address.', detail: null, stops: true };
  const title =
    state === 'wrong'
      ? 'What stands there is not this video as the chain has it.'
      : 'It answers, but does not serve this video.';
  return { tone: 'warm', title, detail, stops: true };
}

function good({ latency_ms, findings }: StreamLook): LookWords {
  const speed = latency_ms === null ? '' : `, in ${latency_ms} ms`;
  const isFile = findings.some(({ check, result }) => result === 'right' && /^(bytes|blocks)$/.test(check));
  const what = isFile ? 'serves what the CID names' : 'asks for what the chain says';
  return { tone: 'good', title: `It answers${speed}, and ${what}.`, detail: null, stops: false };
}

function plain(title: string): LookWords {
  return { tone: 'plain', title, detail: null, stops: false };
}

/** Names and addresses of this machine and its networks; the host knows the rest. */
const PRIVATE = [
  /^(localhost|\[(::1?|f[cd].*|fe80.*)\])$/,
  /\.(localhost|local|internal|intranet|lan|home|home\.arpa)$/,
  /^(0|10|127)(\.\d+){3}$/,
  /^(192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d+){2}$/,
];

/** What is plain without asking anybody. @param page where this page is served: on one's own machine all is private */
export function onlyHere(url: string, page: Pick<URL, 'hostname'>): LookWords | null {
  const { hostname } = URL.parse(url) ?? {};
  if (hostname === undefined) return null;
  return isPrivate(hostname) && !isPrivate(page.hostname) ? ONLY_HERE : null;
}

function isPrivate(hostname: string): boolean {
  return PRIVATE.some((names) => names.test(hostname));
}
