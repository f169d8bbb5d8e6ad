import type { RequestHandler } from 'express';
import { createListings, type Listings } from '../../listing/listing.ts';
import { problem } from '../codes.ts';
import type { AppDeps } from '../deps.ts';
import { createPresenter, type Presenter } from '../present.ts';

/** What several resources use. */
export interface Shared {
  present: Presenter;
  listings: Listings;
  /** Lets a call pass that acts for a wallet without its signature, on the embedded chain only. */
  actsForWallet: RequestHandler;
}

export function shared({ config, store, writer, chain, contract, tokens, nowSec }: AppDeps): Shared {
  const { termsInForce } = contract;
  return {
    present: createPresenter(tokens, nowSec),
    listings: createListings({ store, writer, tokens, chain: { ...chain, termsInForce } }),
    actsForWallet: (_req, _res, next) => {
      if (config.unsigned) return next();
      const detail = `On ${chain.name} this needs the wallet's own word, which this version does not take here.`;
      throw problem('signature_required', detail);
    },
  };
}
