import { createListings, type Listings } from '../../listing/listing.ts';
import type { AppDeps } from '../deps.ts';
import { createPresenter, type Presenter } from '../present.ts';
import { createGate, type Gate } from '../session.ts';

/** What several resources use. */
export interface Shared {
  present: Presenter;
  listings: Listings;
  gate: Gate;
}

export function shared({ store, writer, chain, contract, tokens, signIn, nowSec }: AppDeps): Shared {
  const { termsInForce } = contract;
  return {
    present: createPresenter(tokens, nowSec),
    gate: createGate(signIn),
    listings: createListings({ store, writer, tokens, chain: { ...chain, termsInForce } }),
  };
}
