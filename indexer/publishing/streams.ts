import type { WalletCall } from '../contract/calls/wallet-calls.ts';
import type { WriteRequest } from '../contract/calls/writer.ts';
import type { Catalogue, StreamRow } from '../store/store.ts';
import { ContentUnlisted, NotServing } from './errors.ts';
import { isOffered, type ListingFilter } from './find-listing.ts';

/** A stream at this URL, registered or moved there. @param stored what is known of this provider and content. */
export function streamAt(
  stored: StreamRow | null,
  at: { contract: string; contentId: string; provider: string; url: string },
): WriteRequest & { calls: readonly [WalletCall] } {
  const { contract, contentId, provider: account, url } = at;
  const call = { account, contract, args: { contentId, url } };
  const register: WalletCall = { name: 'registerStream', ...call };
  const update: WalletCall = { name: 'updateStream', ...call };
  return stored?.active ? { calls: [update], earlier: [register] } : { calls: [register], earlier: [update] };
}

/**
 * The end of every stream of the content that this provider has.
 * @param repeated whether the request may have done its work before, so that there is nothing left to end.
 * @throws {ContentUnlisted}, {NotServing}
 */
export async function endOfStreams(
  store: Catalogue,
  which: ListingFilter,
  provider: string,
  repeated: boolean,
): Promise<WriteRequest> {
  const { cid, creator, token } = which;
  const known = await store.streamsBy(provider, { cidKey: cid.key, creator, token });
  if (known.length === 0 && !(await isOffered(store, which))) throw new ContentUnlisted(cid.text, which);
  const end = ({ contract, contentId }: StreamRow): WalletCall => {
    return { name: 'deregisterStream', account: provider, contract, args: { contentId } };
  };
  const calls = known.filter(({ active }) => active).map(end);
  const earlier = known.filter(({ active }) => !active).map(end);
  if (calls.length === 0 && !(repeated && earlier.length > 0))
    throw new NotServing({ provider, cid: cid.text });
  return { calls, earlier };
}
