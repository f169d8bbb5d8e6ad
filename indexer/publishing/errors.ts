import type { CallOf, WalletCall } from '../contract/calls/wallet-calls.ts';
import type { TermsInForce } from '../contract/effective-terms.ts';
import { BaseError, errorWith, RetryableError } from '../lib/errors.ts';
import type { ContentRow } from '../store/store.ts';

/** The creator has not published it (any more), and on this chain only the creator can. */
export class ContentUnpublished extends errorWith<{
  cid: string;
  /** In this order: the creator's, then the provider's. */
  calls: readonly [publish: CallOf<'publish'>, serve: WalletCall];
}>(({ cid, calls }) => `${calls[0].account} has not published ${cid}: that comes first.`) {}

/** Nobody (or not this creator, or not in this coin) has listed the content. */
export class ContentUnlisted extends BaseError {
  constructor(
    cid: string,
    { creator, token }: { creator?: string | undefined; token?: string | undefined } = {},
  ) {
    const by = creator === undefined ? '' : ` by ${creator}`;
    const priced = token === undefined ? '' : ` priced in ${token}`;
    super(`There is no listing of ${cid}${by}${priced}.`);
  }
}

/** Several listings fit; the caller has to say which. */
export class ListingAmbiguous extends errorWith<{ candidates: readonly ContentRow[] }>() {
  /** @param max that are named. */
  constructor(cid: string, found: readonly ContentRow[], max: number) {
    const count = found.length > max ? `More than ${max}` : found.length;
    super(`${count} listings of ${cid} fit: name the creator and the token of one.`, {
      candidates: found.slice(0, max),
    });
  }
}

/** The listing exists with other terms than offered. */
export class TermsDiffer extends errorWith<{
  listing: ContentRow;
  inForce: TermsInForce;
  differing: 'pricePerUnit' | 'providerShareBps' | 'unit';
}>(({ listing }) => `This creator has listed ${listing.cid} with other terms.`) {}

/** The provider has no active stream of the content. */
export class NotServing extends errorWith<{ provider: string; cid: string }>(
  ({ provider, cid }) => `${provider} does not serve ${cid}.`,
) {}

/** Written in a block that the records have seen, and not in them: the chain has dropped the block. */
export class WriteUndone extends RetryableError {
  constructor(what: string) {
    super(`${what} was written, but the chain does not show it any more.`);
  }
}

/** The amount can't be a price in this coin. */
export class PriceUnfit extends errorWith<{ reason: 'decimals' | 'too_large' | 'token' }>() {}

/** A clear file can't be sold by the minute: whoever has one minute of it has the file. */
export class MinuteNotSold extends BaseError {
  constructor() {
    super(
      "A clear file's minutes can't be sold: price it by the view or by the day, or upload it protected.",
    );
  }
}
