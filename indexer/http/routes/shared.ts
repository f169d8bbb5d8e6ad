import type { RequestHandler } from 'express';
import { createListings, type Listings } from '../../listing/listing.ts';
import type { AppDeps } from '../deps.ts';
import { signatureRequired } from '../domain-problems.ts';
import { createPresenter, type Presenter } from '../present.ts';
import { createGate, type Gate } from '../session.ts';

/** What several resources use. */
export interface Shared {
  present: Presenter;
  listings: Listings;
  gate: Gate;
  /** Lets a call pass that acts for a wallet without its signature, on the embedded chain only. */
  actsForWallet: RequestHandler;
}

export function shared({ store, writer, chain, contract, tokens, signIn, nowSec }: AppDeps): Shared {
  const { termsInForce } = contract;
  return {
    present: createPresenter(tokens, nowSec),
    gate: createGate(signIn),
    listings: createListings({ store, writer, tokens, chain: { ...chain, termsInForce } }),
    actsForWallet: (_req, _res, next) => {
      if (writer === null)
        throw signatureRequired(chain, `On ${chain.name} this needs the wallet's own signature.`);
      next();
    },
  };
}
