import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Wallet } from 'ethers';
import { z } from 'zod';
import { hostInterface, hostsBy } from '../../../indexer/contract/interface.ts';
import { ACCESS_TYPES, accessDomain } from '../../../indexer/playback/access.ts';
import { CliError } from '../cli.ts';
import { amountText, coinsOf } from '../coins.ts';
import type { PaidOffer } from '../payment-terms.ts';
import type { ScriptContext } from '../script-context.ts';

const GOOD_FOR_SEC = 120;
const MAX_TRIES = 5;
/** However long another host wants to be waited for. */
const MAX_WAIT_SEC = 10;
const ACCESS_TIMEOUT_MS = 60_000;
const opened = z.object({ token: z.string().regex(/^[\w-]{16,64}$/) });
/** Another host's words are shown in a terminal, which would obey control characters. */
const words = z.string().transform((text) => text.replace(/\p{Cc}+/gu, ' ').slice(0, 500));
const problem = z.object({ code: z.string().optional(), detail: words.optional() });

/** A file that is open to a token. */
export interface OpenedStream {
  /** As it stands on chain. */
  url: string;
  token: string;
}

/**
 * Shows a host that the wallet has paid for one of its offers.
 * @returns `null` where none of them is paid.
 * @throws {CliError} where the host refuses for another reason
 */
export async function openedStream(
  context: ScriptContext,
  wallet: Wallet,
  offers: PaidOffer[],
): Promise<OpenedStream | null> {
  for (const offer of offers) {
    const url = await genuineStream(context, offer);
    const token = url && (await accessTo(context, wallet, offer));
    if (url && token) return { url, token };
  }
  return null;
}

/**
 * The provider's own stream that is to be opened, as the chain knows it; `null` where the offer leads elsewhere. What is
 * signed for one host, and the token for it, would open that host to whoever gets hold of it: both are shown to none but
 * the one that the chain names.
 */
async function genuineStream(context: ScriptContext, offer: PaidOffer): Promise<string | null> {
  const { contract, contentId, provider, access } = offer;
  if (!context.deployedAt.has(contract.toLowerCase())) return null;
  const stream = await hostsBy(context.provider)(contract).streamOf(contentId, provider);
  const { audience } = access;
  const isOwn = URL.parse(stream)?.origin === audience && new URL(access.url).origin === audience;
  return isOwn ? stream : null;
}

async function accessTo(context: ScriptContext, wallet: Wallet, offer: PaidOffer): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(offer.access.url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(ACCESS_TIMEOUT_MS),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await signedAccess(context, wallet, offer)),
    });
    const body: unknown = await answer.json().catch(() => null);
    const given = opened.safeParse(body);
    if (answer.ok && given.success) return given.data.token;
    const { code, detail = `it answers ${answer.status}` } = problem.catch({}).parse(body);
    if (code === 'payment_required') return null;
    if (answer.status !== 503 || tries === MAX_TRIES)
      throw new CliError(`${offer.access.audience}: ${detail}`);
    const retryAfterSec = Number(answer.headers.get('retry-after')) || 1;
    await delay(1_000 * Math.min(Math.max(retryAfterSec, 1), MAX_WAIT_SEC));
  }
}

async function signedAccess({ chainId }: ScriptContext, wallet: Wallet, offer: PaidOffer) {
  const { contract, contentId, provider } = offer;
  const expiresAtSec = Math.floor(Date.now() / 1000) + GOOD_FOR_SEC;
  const named = {
    account: wallet.address,
    provider,
    audience: offer.access.audience,
    nonce: `0x${randomBytes(32).toString('hex')}`,
  };
  const access = { ...named, contentId, expiresAtSec };
  const signature = await wallet.signTypedData(accessDomain(chainId, contract), { ...ACCESS_TYPES }, access);
  return { ...named, content_id: contentId, expires_at_sec: expiresAtSec, signature, contract };
}

/** The message where nothing is paid: what it costs by the chain, and the one call that pays. */
export async function howToPay(
  context: ScriptContext,
  wallet: Wallet,
  offers: PaidOffer[],
  cid: string,
): Promise<string> {
  for (const offer of offers) {
    if ((await genuineStream(context, offer)) === null) continue;
    const { contract, contentId, provider } = offer;
    const { pricePerUnit, unit, retired, token } = await hostsBy(context.provider)(contract).termsOf(
      contentId,
    );
    if (retired || unit === 1n) continue;
    const coinOf = await coinsOf(context, [{ token }]);
    const isNative = BigInt(token) === 0n;
    const args = [contentId, provider, 1, pricePerUnit] as const;
    return [
      `${wallet.address} has not paid for ${cid} there: ${unit === 2n ? 'a day' : 'a view'} costs ${amountText(pricePerUnit, coinOf(token))}.`,
      `Send from that wallet to the contract ${contract}, ${isNative ? `with a value of ${pricePerUnit} wei` : `once it may take ${pricePerUnit} of ${token}, without value`}, then run this again:`,
      `  payView(${args.join(', ')})`,
      hostInterface.encodeFunctionData('payView', args),
    ].join('\n');
  }
  return `${cid} is sold there, and by no offer that this chain knows as that host's own.`;
}
