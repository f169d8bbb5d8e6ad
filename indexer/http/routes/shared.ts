import type { RequestHandler } from 'express';
import { createListings, type Listings } from '../../listing/listing.ts';
import type { AppDeps } from '../deps.ts';
import { limitUploads } from '../limits.ts';
import { createPresenter, type Presenter } from '../present.ts';
import { createGate, type Gate } from '../session.ts';

/** What several resources use. */
export interface Shared {
  present: Presenter;
  listings: Listings;
  gate: Gate;
  /** Before what costs much, beside the limits of all calls. */
  limitUploads: readonly RequestHandler[];
}

export function shared(deps: AppDeps): Shared {
  const { store, writer, chain, contract, tokens, signIn, nowSec } = deps;
  const { termsInForce } = contract;
  return {
    present: createPresenter(tokens, nowSec),
    gate: createGate(signIn),
    listings: createListings({ store, writer, tokens, chain: { ...chain, termsInForce } }),
    limitUploads: limitUploads(deps),
  };
}
