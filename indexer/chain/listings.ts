import { type Listing, type Lookup, listingOf } from '../project/place.ts';
import type { Catalogue } from '../store/store.ts';
import type { ChainEvent } from './events.ts';

/** An event names a content that nobody published: the records miss earlier blocks of the contract. */
export class UnknownListing extends Error {
  override readonly name = 'UnknownListing';
  readonly contract: string;
  readonly contentId: string;
  constructor(contract: string, contentId: string) {
    super(
      `an event of ${contract} names content ${contentId}, but no event published it: the contract's start block ` +
        'in deployments/ is too high, or the endpoint withholds logs',
    );
    this.contract = contract;
    this.contentId = contentId;
  }
}

/**
 * The listings that events refer to: learned from the events that publish them, otherwise from the store. What is
 * kept never becomes wrong, not by a reorganisation either: an id is the hash of everything kept under it.
 */
export interface Listings {
  /** Gets ready for these events of `contract`, in the chain's order. */
  prepare(events: Iterable<{ contract: string; event: ChainEvent }>): Promise<void>;
  /** @throws {UnknownListing} */
  lookup: Lookup;
}

const MOST_KEPT = 50_000;

export function createListings(catalogue: Pick<Catalogue, 'contentById'>): Listings {
  const known = new Map<string, Listing>();

  return {
    async prepare(events) {
      if (known.size > MOST_KEPT) known.clear();
      for (const { contract, event } of events) {
        if (!('contentId' in event)) continue;
        const name = `${contract} ${event.contentId}`;
        if (event.name === 'ContentPublished') known.set(name, listingOf(event));
        else if (!known.has(name)) {
          const stored = await catalogue.contentById(contract, event.contentId);
          if (stored) known.set(name, stored);
        }
      }
    },
    lookup(contract, contentId) {
      const listing = known.get(`${contract} ${contentId}`);
      if (!listing) throw new UnknownListing(contract, contentId);
      return listing;
    },
  };
}
