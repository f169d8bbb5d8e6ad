import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Wallet } from 'ethers';
import { z } from 'zod';
import { canonicalCid } from '../../../indexer/lib/cid.ts';
import { messageOf } from '../../../indexer/lib/errors.ts';
import { accessDomain } from '../../../indexer/playback/access.ts';
import { newRecipient } from '../../../indexer/playback/grants/box.ts';
import { KEY_REQUEST_TYPES } from '../../../indexer/playback/grants/typed-data.ts';
import type { KeyRequestState } from '../../../indexer/store/book.ts';
import { CliError, oneLine } from '../cli.ts';
import { operatorWallet, type ScriptContext } from '../script-context.ts';
import type { HostAnswer } from './own-host.ts';

const GOOD_FOR_SEC = 300;
const TIMEOUT_MS = 60_000;
const MAX_WAIT_SEC = 60;
const FIRST_WAIT_SEC = 3;

/** What another host says is shown in a terminal, which would obey control characters. */
const words = z.string().transform((text) => text.replace(/\p{Cc}+/gu, ' ').slice(0, 500));
const refusal = z.object({
  code: z.string().optional(),
  detail: words.optional(),
  asked_until_sec: z.int().nullish(),
  /** What would have been right. */
  example: z.unknown().optional(),
});
const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const box = z.object({ enc: bytes, ciphertext: bytes, granted_until_sec: z.int().optional() });
const hex = (digits: number) => z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${digits}}$`));
/** As `npm run grant` prints it. */
const grantFile = z.object({
  content_id: hex(64),
  provider: hex(40),
  expires_at_sec: z.int().nonnegative(),
  signature: z.string(),
});

/** What is to be served, by the own host's word. */
export interface Lacking {
  cid: string;
  contentId: string;
  contract: string;
  creator: string;
  provider: string;
}

export function lackingIn({ body }: HostAnswer): Lacking {
  return {
    cid: String(body.cid),
    contentId: String(body.content_id),
    contract: String(body.contract),
    creator: String(body.content_creator_wallet),
    provider: String(body.content_distributor_wallet),
  };
}

/** Why it does not answer as a host does: it may be there again later. */
interface Away {
  away: CliError;
}

/** Of a host that is to be asked again. */
interface Waiting {
  waitSec: number;
  /** It remembers the request until then; `undefined`: it does not. */
  untilSec: number | undefined;
}

interface Granted {
  secret: Uint8Array;
  /** When the grant is over; an older host does not say it. */
  untilSec: number | undefined;
}

/** What became of asking, for the own host to show. */
export interface KeyRequestNews {
  state: KeyRequestState;
  until_sec?: number | undefined;
  reason?: string;
}

interface Asking {
  /** Base URL of the host that is asked. */
  from: string;
  /** A grant that is shown, by its file; `null`: the host has it, or will. */
  grantFile: string | null;
  /** Goes on asking until it is granted. */
  waits: boolean;
  /** Before it asks again; then twice as long each time. */
  firstWaitSec?: number;
  /** Ends the waiting. */
  signal: AbortSignal;
  print(...lines: string[]): void;
  /** Told after each answer. */
  note(news: KeyRequestNews): Promise<void>;
}

/**
 * Asks a host for the secret of a video, with the permission of its creator, and waits for that.
 * @returns `null` where it is not granted, or the waiting was ended. @throws {CliError} where the host refuses for another reason
 */
export async function grantedSecret(
  context: ScriptContext,
  lacking: Lacking,
  { from, grantFile: path, waits, firstWaitSec = FIRST_WAIT_SEC, signal, print, note }: Asking,
): Promise<Uint8Array | null> {
  const wallet = operatorWallet(context);
  const grant = path === null ? null : await grantIn(path, lacking);
  let isTold = false;
  for (let waitSec = firstWaitSec; !signal.aborted; waitSec = Math.min(2 * waitSec, MAX_WAIT_SEC)) {
    const answer = await askOnce(context, wallet, lacking, { from, grant });
    if ('secret' in answer) {
      await note({ state: 'granted', until_sec: answer.untilSec });
      return answer.secret;
    }
    // A host that has answered before may be starting anew; what it refuses it refuses for good.
    if ('away' in answer && !isTold) throw answer.away;
    if ('waitSec' in answer) await note({ state: 'waiting', until_sec: answer.untilSec });
    if (!isTold) print(...howToGrant(lacking, from, waits));
    isTold = true;
    if (!waits) return null;
    await delay(
      1_000 * Math.min(Math.max(waitSec, 'waitSec' in answer ? answer.waitSec : 0), MAX_WAIT_SEC),
      null,
      { signal },
    ).catch(() => null);
  }
  return null;
}

/** @throws {CliError} where it is refused */
async function askOnce(
  context: ScriptContext,
  wallet: Wallet,
  lacking: Lacking,
  { from, grant, audience = new URL(from).origin }: { from: string; grant: object | null; audience?: string },
): Promise<Granted | Away | Waiting> {
  const { chainId } = context;
  const { cid, contentId, contract, provider } = lacking;
  const recipient = await newRecipient();
  const sent = await posted(`${from}/contents/${encodeURIComponent(cid)}/key-requests`, {
    ...(await signedRequest(wallet, lacking, { chainId, recipient: recipient.publicKey, audience })),
    ...(grant && { grant }),
  });
  if ('away' in sent) return sent;
  const { body, answer } = sent;
  if (answer.ok) {
    const of = { chainId, contract, contentId, cidKey: canonicalCid(cid) ?? cid, provider };
    const opened = async () => {
      const sealed = box.parse(body);
      return { secret: await recipient.open(sealed, of), untilSec: sealed.granted_until_sec };
    };
    return await opened().catch(() => {
      throw new CliError(`${from} sends keys that are not sealed for this request.`);
    });
  }
  const {
    code,
    detail = `it answers ${answer.status}`,
    example,
    asked_until_sec: untilSec,
  } = refusal.catch({}).parse(body);
  const own =
    code === 'audience_differs' && audience === new URL(from).origin && otherLoopback(audience, example);
  if (own) return await askOnce(context, wallet, lacking, { from, grant, audience: own });
  const isToWait = code === 'key_not_granted' || answer.status === 429 || answer.status === 503;
  const refused = new CliError(`${from} gives no keys: ${detail}`);
  if (!isToWait && answer.status >= 500) return { away: refused };
  if (!isToWait) throw refused;
  return { waitSec: Number(answer.headers.get('retry-after')) || 1, untilSec: untilSec ?? undefined };
}

/** By this program's own types and domain: nothing that another host writes is signed. */
async function signedRequest(
  wallet: Wallet,
  { contentId, contract, provider }: Lacking,
  { chainId, recipient, audience }: { chainId: number; recipient: string; audience: string },
) {
  const expiresAtSec = Math.floor(Date.now() / 1000) + GOOD_FOR_SEC;
  const request = { contentId, provider, recipient, audience, expiresAtSec };
  const domain = accessDomain(chainId, contract);
  const signature = await wallet.signTypedData(domain, { ...KEY_REQUEST_TYPES }, request);
  const named = { content_id: contentId, provider, recipient, audience, contract };
  return { ...named, expires_at_sec: expiresAtSec, signature };
}

const LOOPBACKS = ['localhost', '127.0.0.1', '[::1]'];

/** The same port of this machine under the name that its host has; `null`: what it calls itself is something else. */
function otherLoopback(origin: string, said: unknown): string | null {
  const { hostname, protocol, port } = new URL(origin);
  if (!LOOPBACKS.includes(hostname)) return null;
  const spelt = LOOPBACKS.filter((name) => name !== hostname).map(
    (name) => `${protocol}//${name}${port && `:${port}`}`,
  );
  return spelt.find((one) => one === said) ?? null;
}

async function posted(url: string, json: object): Promise<{ answer: Response; body: unknown } | Away> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    });
    return { answer, body: await answer.json().catch(() => null) };
  } catch (error) {
    const why = (error as Error).cause ?? error;
    return { away: new CliError(`${url} can't be reached: ${oneLine(why)}.`) };
  }
}

async function grantIn(path: string, { contentId, provider }: Lacking) {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CliError(`--grant: ${messageOf(error)}.`);
  });
  const { data, success } = grantFile.safeParse(parsed(text));
  if (!success) throw new CliError(`--grant: ${path} holds no grant, as npm run grant writes it.`);
  const isFor = (given: string, own: string) => given.toLowerCase() === own.toLowerCase();
  if (!isFor(data.content_id, contentId) || !isFor(data.provider, provider))
    throw new CliError(`--grant: ${path} is for another content, or another provider than ${provider}.`);
  return { expires_at_sec: data.expires_at_sec, signature: data.signature };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function howToGrant({ cid, creator, provider }: Lacking, from: string, waits: boolean): string[] {
  return [
    `${cid} is kept here, and not sold yet: its keys are at ${from}, and its creator has to grant them to you.`,
    `Ask ${creator} to sign that for ${provider}: on the page of that host, under Publish, or by`,
    `  npm run grant -- ${cid} ${provider} --to ${from}`,
    waits
      ? 'This goes on by itself once that is done. It may be ended, and run again, at any time.'
      : 'Run this again then.',
  ];
}
