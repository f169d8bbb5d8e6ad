import type { AppDeps } from '../deps.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';

/** A listing, as it is or will be on chain, that this host is asked to serve. */
interface Servable {
  contract: string;
  contentId: string;
  cid: string;
  cidKey: string;
  creator: string;
}

/** How long a wish is tried for, once its content is published. */
const TRIED_FOR_SEC = 7 * 86_400;
/** A publication from the last moment of an upload is served, too. */
const STILL_WISHED_SEC = 86_400;

/** Whether this host would serve what a creator lists, at the creator's share of gas. @throws {ServingRefused} */
export async function checkForCreator(
  { serving }: Pick<AppDeps, 'serving'>,
  { creator }: Pick<Servable, 'creator'>,
  cidKey?: string,
): Promise<void> {
  await serving.check({ creator, beneficiary: creator, ...(cidKey !== undefined && { cidKey }) });
}

/** How long what an upload is to be published as is wished for. */
export function wishedUntil(expiresAtSec: number): number {
  return expiresAtSec + STILL_WISHED_SEC;
}

/**
 * Has this host serve a listing for its creator, now or when it is published.
 * @param clientIp whose share of gas it takes.
 * @returns what an answer says of the stream; `null` where it is to come.
 * @throws {ServingRefused}
 */
export async function serveForCreator(
  { serving, nowSec }: Pick<AppDeps, 'serving' | 'nowSec'>,
  clientIp: string,
  servable: Servable,
  expiresAtSec = nowSec() + TRIED_FOR_SEC,
) {
  const by = { beneficiary: servable.creator, clientIp, expiresAtSec, ends: false };
  const stream = await serving.wish({ ...servable, ...by });
  return stream && { stream_url: stream.url, content_distributor_wallet: checksumAddress(stream.provider) };
}
