import { ZeroAddress } from 'ethers';
import type { Publication } from '../chain/signedcalls.ts';
import type { Catalogue } from '../store/store.ts';
import type { TermsInForce } from '../terms.ts';
import { TermsDiffer } from './errors.ts';
import { findListingOrNull } from './find.ts';
import { type Coin, priceInBaseUnits } from './price.ts';
import type { Offer } from './publication.ts';

export interface ProposalDeps {
  store: Catalogue;
  chain: {
    /** The deployment written to. */
    contract: string;
    termsInForce(contract: string, contentId: string): Promise<TermsInForce | null>;
  };
  tokens: { describe(token: string): Promise<Coin> };
}

/** What a creator puts on chain to publish an offer. */
export interface Proposal {
  publication: Publication;
  /** It stands on chain so already. */
  isPublished: boolean;
}

/** @throws {PriceUnfit}, {TermsDiffer} where the creator has published the content with other terms */
export async function proposeOffer(deps: ProposalDeps, offer: Offer): Promise<Proposal> {
  const { store, chain, tokens } = deps;
  const { contract } = chain;
  const { videoName: name, providerShareBps, token = ZeroAddress } = offer;
  const pricePerUnit = priceInBaseUnits(offer.price, await tokens.describe(token));
  const listing = await findListingOrNull(store, { ...offer, token, contract });
  const terms = listing && (await chain.termsInForce(contract, listing.contentId));
  const isPublished = terms !== null && !terms.retired;
  if (listing && isPublished) {
    if (terms.pricePerUnit !== pricePerUnit) throw new TermsDiffer(listing, terms, 'pricePerUnit');
    if (terms.providerShareBps !== providerShareBps)
      throw new TermsDiffer(listing, terms, 'providerShareBps');
  }
  const cid = listing?.cid ?? offer.cid.text;
  return {
    publication: { cid, token, pricePerUnit, providerShareBps, metered: false, name, metadata: '' },
    isPublished,
  };
}
