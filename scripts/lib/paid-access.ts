import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Wallet } from 'ethers';
import { z } from 'zod';
import { hostInterface, hostsBy } from '../../indexer/chain/host-at.ts';
import { ACCESS_TYPES, accessDomain } from '../../indexer/playback/access.ts';
import { CliError } from './cli.ts';
import { coinsOf, NATIVE } from './coins.ts';
import type { Desk } from './desk.ts';
import type { PaidOffer } from './payment-terms.ts';
import { amountText, coinOf } from './plan-text.ts';

const GOOD_FOR_SEC = 120;
const MOST_TRIES = 5;
const opened = z.object({ token: z.string().regex(/^[\w-]{16,64}$/) });
const problem = z.object({ code: z.string().optional(), detail: z.string().optional() });

/**
 * Shows a host that the wallet has paid for one of its offers.
 * @returns a token that opens the file; `null` where none of them is paid.
 * @throws {CliError} where the host refuses for another reason
 */
export async function tokenFor(desk: Desk, wallet: Wallet, offers: PaidOffer[]): Promise<string | null> {
  for (const offer of offers) {
    if (!(await isGenuine(desk, offer))) continue;
    const token = await accessTo(desk, wallet, offer);
    if (token !== null) return token;
  }
  return null;
}

/**
 * Whether it is the provider's own stream that is to be opened, as the chain knows it. What is signed for one host would
 * open that host to whoever gets hold of it: it is shown to none but the one that it names.
 */
async function isGenuine(desk: Desk, { contract, contentId, provider, access }: PaidOffer): Promise<boolean> {
  if (!desk.deployedAt.has(contract.toLowerCase())) return false;
  const stream = await hostsBy(desk.provider)(contract).streamOf(contentId, provider);
  const { audience } = access;
  return URL.parse(stream)?.origin === audience && new URL(access.url).origin === audience;
}

async function accessTo(desk: Desk, wallet: Wallet, offer: PaidOffer): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(offer.access.url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await signedAccess(desk, wallet, offer)),
    });
    const body: unknown = await answer.json().catch(() => null);
    if (answer.ok) return opened.parse(body).token;
    const { code, detail = `${answer.status}` } = problem.catch({}).parse(body);
    if (code === 'payment_required') return null;
    if (answer.status !== 503 || tries === MOST_TRIES)
      throw new CliError(`${offer.access.audience}: ${detail}`);
    await delay(1_000 * Number(answer.headers.get('retry-after') ?? 1));
  }
}

async function signedAccess({ chainId }: Desk, wallet: Wallet, offer: PaidOffer) {
  const { contract, contentId, provider } = offer;
  const access = {
    account: wallet.address,
    provider,
    audience: offer.access.audience,
    contentId,
    nonce: `0x${randomBytes(32).toString('hex')}`,
    expiresAtSec: Math.floor(Date.now() / 1000) + GOOD_FOR_SEC,
  };
  const signature = await wallet.signTypedData(accessDomain(chainId, contract), { ...ACCESS_TYPES }, access);
  const { account, audience, nonce, expiresAtSec } = access;
  return {
    ...{ account, provider, audience, content_id: contentId, nonce },
    ...{ expires_at_sec: expiresAtSec, signature, contract },
  };
}

/** What a person is told where nothing is paid: what it costs by the chain's word, and the one call that pays. */
export async function howToPay(
  desk: Desk,
  wallet: Wallet,
  offers: PaidOffer[],
  cid: string,
): Promise<string> {
  for (const offer of offers) {
    if (!(await isGenuine(desk, offer))) continue;
    const { contract, contentId, provider } = offer;
    const { pricePerUnit, unit, retired, token } = await hostsBy(desk.provider)(contract).termsOf(contentId);
    if (retired || unit === 1n) continue;
    const coin = coinOf({ coins: await coinsOf(desk, [token]), native: NATIVE }, token.toLowerCase());
    const isNative = BigInt(token) === 0n;
    const args = [contentId, provider, 1, pricePerUnit] as const;
    return [
      `${wallet.address} has not paid for ${cid} there: ${unit === 2n ? 'a day' : 'a view'} costs ${amountText(pricePerUnit, coin)}.`,
      `Send from that wallet to the contract ${contract}, ${isNative ? `with a value of ${pricePerUnit} wei` : `once it may take ${pricePerUnit} of ${token}, without value`}, then run this again:`,
      `  payView(${args.join(', ')})`,
      hostInterface.encodeFunctionData('payView', args),
    ].join('\n');
  }
  return `${cid} is sold there, and by no offer that this chain knows as that host's own.`;
}
