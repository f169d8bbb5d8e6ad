import type { RequestHandler } from 'express';
import { createListings, type Listings } from '../../listing/listing.ts';
import type { AppDeps } from '../deps.ts';
import { createTail, type Tail } from '../events/tail.ts';
import { createKeptAnswers, type KeptAnswers } from '../kept.ts';
import { limitUploads } from '../limits.ts';
import { createPresenter, type Presenter } from '../present.ts';
import { createReaderLimit, type ReaderLimit } from '../reader-limit.ts';
import { createGate, type Gate } from '../session.ts';

/** What several resources use. */
export interface Shared {
  present: Presenter;
  listings: Listings;
  gate: Gate;
  kept: KeptAnswers;
  tail: Tail;
  /** Counts files that are read, at whatever path. */
  readerLimit: ReaderLimit;
  /** Before what costs much, beside the limits of all calls. */
  limitUploads: readonly RequestHandler[];
}

export function shared(deps: AppDeps): Shared {
  const { store, writer, chain, contract, tokens, signIn, nowSec } = deps;
  const { termsInForce } = contract;
  const present = createPresenter(tokens, nowSec);
  const tail = createTail({ store, present, log: deps.log });
  chain.onIndexed(tail.look);
  return {
    present,
    gate: createGate(signIn),
    tail,
    kept: createKeptAnswers(deps),
    listings: createListings({ store, writer, tokens, chain: { ...chain, termsInForce } }),
    readerLimit: createReaderLimit(deps.config.mediaReadsPerClient),
    limitUploads: limitUploads(deps),
  };
}
