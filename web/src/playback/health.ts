import type { Health } from '../api/answers.ts';

/** What this host has found of a stream, for people. */
export interface HealthWords {
  tone: 'good' | 'warm' | 'plain';
  text: string;
  /** Of what the text says; `null` where it says nothing that has a time. */
  at: string | null;
}

const WRONG: Readonly<Record<string, string>> = {
  block_differs: 'other data than the CID names',
  content_differs: 'other data than the CID names',
  bytes_differ: 'other bytes than the CID names',
  init_differs: 'other bytes than the CID names',
  playlist_early: 'a playlist that charges for minutes too early',
  playlist_differs: 'another playlist than the CID names',
  key_differs: 'a wrong key',
  price_differs: 'another price than the chain says',
  offer_missing: 'no way to pay for this listing',
  offer_differs: 'a way to pay somebody else',
};
const SILENT: Readonly<Record<string, string>> = {
  not_offered: 'It does not sell this video',
  file_missing: 'Parts of the video are missing there',
  redirects: 'It leads elsewhere',
  busy: 'It answers with errors',
  refused: 'It answers with errors',
};
const NOT_PUBLIC = 'Only its own machine or network reaches it: this host can not look at it';
const UNCHECKED: Readonly<Record<string, string>> = {
  own: 'This host serves it itself',
  not_verifiable: 'It answers, but nobody could compare it with the CID',
};

/** @param health left out by hosts that do not look */
export function healthWords(health: Health | undefined): HealthWords {
  if (health === undefined) return { tone: 'plain', text: 'Nobody has looked at it yet', at: null };
  const { state, reason, checked_at: at, latency_ms: latencyMs, last_proof: proof } = health;
  if (proof)
    return {
      tone: 'warm',
      text: `Proven: it sold a wrong key for minute ${proof.receipt.unit + 1}`,
      at: proof.filed_at,
    };
  const why = reason ?? '';
  if (state === 'wrong')
    return { tone: 'warm', text: `Cheats: it has ${WRONG[why] ?? 'something wrong'}`, at };
  if (state === 'silent') return { tone: 'warm', text: SILENT[why] ?? 'It did not answer', at };
  // Where nobody has looked, there is no time of it.
  if (why === 'not_public') return { tone: 'plain', text: NOT_PUBLIC, at: null };
  if (state === 'unchecked')
    return { tone: 'plain', text: UNCHECKED[why] ?? 'Nobody has looked at it yet', at };
  const speed = latencyMs === null ? '' : `, in ${latencyMs} ms`;
  return { tone: 'good', text: `It answered right${speed}`, at };
}

/** Whether anything speaks against a stream: others are proposed before it. */
export function isDoubtful({ health }: { health?: Health | undefined }): boolean {
  return health?.state === 'wrong';
}
