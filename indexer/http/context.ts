import type { RequestHandler } from 'express';
import { createListings, type Listings } from '../publishing/listing.ts';
import { createKeptAnswers, type KeptAnswers } from './cache/cached-responses.ts';
import type { AppDeps } from './deps.ts';
import { createTail, type Tail } from './feed/reader.ts';
import { createReaderLimit, type ReaderLimit } from './gateway/reader-limit.ts';
import { limitUploads } from './middleware/rate-limit.ts';
import { createGate, type Gate } from './middleware/session.ts';
import { createPresenter, type Presenter } from './serialize/serializer.ts';

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
