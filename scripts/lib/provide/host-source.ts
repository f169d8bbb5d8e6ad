import { canonicalCid } from '../../../indexer/lib/cid.ts';
import { CliError, oneLine } from '../cli.ts';
import { type PaidOffer, paidOffers } from '../payment-terms.ts';
import { openStores, operatorWallet, type ScriptContext } from '../script-context.ts';
import { answerSource, type Source } from './file-source.ts';
import { howToPay, type OpenedStream, openedStream } from './paid-access.ts';

/**
 * A file from another host: free, or paid for there by the wallet of the host's key.
 * @param from the host's base, or the URL of a stream of it.
 * @throws {CliError}
 */
export async function hostSource(context: ScriptContext, from: URL, cid: string): Promise<Source> {
  const base = baseOf(from);
  const [free, sold] = [`${base}/ipfs/${cid}`, `${base}/play/${cid}`];
  let said = '';
  for (const url of [free, sold]) {
    const answer = await asked(url);
    if (answer.ok && !isListing(answer)) return answerSource(answer, base);
    await answer.body?.cancel();
    if (answer.ok) {
      const archive = await asked(`${url}?format=car`);
      if (archive.ok) return answerSource(archive, base, true);
      await archive.body?.cancel();
      throw new CliError(`${base} lists ${cid}, and answers ${archive.status} to who asks for its archive.`);
    }
    const offers = paidOffers(answer.headers.get('payment-required'), context.chainId);
    if (answer.status === 402 && offers.length > 0) {
      return await paidSource(context, await listedUnder(context, cid, offers), cid);
    }
    said = `${url} answers ${answer.status}`;
  }
  throw new CliError(`${base} does not give ${cid}: ${said}.`);
}

/** Of a host, whose URL or that of one of its streams is given. */
export function baseOf({ href }: URL): string {
  return href.replace(/\/(play|ipfs)\/.*$/, '').replace(/\/+$/, '');
}

/** Of a directory: a gateway sends whoever asks for one to the address with a slash at its end. */
function isListing({ redirected, url }: Response): boolean {
  return redirected && new URL(url).pathname.endsWith('/');
}

/** Offers of the CID, as the host's own records know them: what another file costs is not to be paid for this one. */
async function listedUnder(context: ScriptContext, cid: string, offers: PaidOffer[]): Promise<PaidOffer[]> {
  await using stores = await openStores(context);
  if (stores === null) return [];
  const key = canonicalCid(cid);
  const known = offers.map(({ contract, contentId }) =>
    stores.store.contentById(contract.toLowerCase(), contentId.toLowerCase()),
  );
  const listings = await Promise.all(known);
  return offers.filter((_, index) => listings[index]?.cidKey === key);
}

async function paidSource(context: ScriptContext, offers: PaidOffer[], cid: string): Promise<Source> {
  const wallet = operatorWallet(context);
  const stream = await openedStream(context, wallet, offers);
  if (stream === null) throw new CliError(await howToPay(context, wallet, offers, cid));
  return await byToken(stream);
}

async function byToken({ url, token }: OpenedStream): Promise<Source> {
  // In a header: a path would stand in the logs of whatever is between.
  const answer = await asked(url, { headers: { authorization: `Bearer ${token}` }, redirect: 'error' });
  if (answer.ok) return answerSource(answer, new URL(url).origin);
  throw new CliError(`${url} answers ${answer.status} to a token that it gave itself.`);
}

async function asked(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'accept-encoding': 'identity', ...(init.headers as Record<string, string>) };
  return await fetch(url, { ...init, headers }).catch((error: Error) => {
    throw new CliError(`${url} can't be reached: ${oneLine(error.cause ?? error)}.`);
  });
}
