import type { RequestHandler } from 'express';
import { createListings, type Listings } from '../../listing/listing.ts';
import type { AppDeps } from '../deps.ts';
import { signatureRequired } from '../domain-problems.ts';
import { createTail, type Tail } from '../events/tail.ts';
import { createKeptAnswers, type KeptAnswers } from '../kept.ts';
import { createPresenter, type Presenter } from '../present.ts';

/** What several resources use. */
export interface Shared {
  present: Presenter;
  listings: Listings;
  kept: KeptAnswers;
  tail: Tail;
  /** Lets a call pass that acts for a wallet without its signature, on the embedded chain only. */
  actsForWallet: RequestHandler;
}

export function shared(deps: AppDeps): Shared {
  const { store, writer, chain, contract, tokens, nowSec } = deps;
  const { termsInForce } = contract;
  const present = createPresenter(tokens, nowSec);
  const tail = createTail({ store, present, log: deps.log });
  chain.onIndexed(tail.look);
  return {
    present,
    tail,
    kept: createKeptAnswers(deps),
    listings: createListings({ store, writer, tokens, chain: { ...chain, termsInForce } }),
    actsForWallet: (_req, _res, next) => {
      if (writer === null)
        throw signatureRequired(chain, `On ${chain.name} this needs the wallet's own signature.`);
      next();
    },
  };
}
