import type { ChainEvent } from '../contract/events.ts';
import { errorWith } from '../lib/errors.ts';
import { type Listing, type Lookup, listingOf, type Parties } from '../projection/log-position.ts';
import type { Catalogue, Channels } from '../store/store.ts';

/** An event names what no event before has made: the records miss earlier blocks of the contract. */
export class UnknownReference extends errorWith<{
  kind: 'content' | 'channel';
  contract: string;
  id: string;
}>(
  ({ kind, contract, id }) =>
    `an event of ${contract} names ${kind} ${id}, but no event ${kind === 'content' ? 'published' : 'opened'} it: ` +
    "the contract's start block in deployments/ is too high, or the endpoint withholds logs",
) {}

/**
 * The listings and channels that events refer to: learned from the events that make them, otherwise from the store.
 * What is kept never becomes wrong, not by a reorganisation either: an id is the hash of everything kept under it.
 * The look-ups throw {UnknownReference}.
 */
export interface References extends Lookup {
  /** Gets ready for these events, in the chain's order. */
  prepare(events: Iterable<{ at: { contract: string }; event: ChainEvent }>): Promise<void>;
}

const MAX_KEPT = 50_000;

export function createReferences(
  store: Pick<Catalogue & Channels, 'contentById' | 'channel'>,
  isKnownCoin: Lookup['isKnownCoin'],
): References {
  const listings = createKnown<Listing>('content', (contract, id) => store.contentById(contract, id));
  const channels = createKnown<Parties>('channel', (contract, id) => store.channel(contract, id));

  return {
    async prepare(events) {
      for (const known of [listings, channels]) known.trim();
      for (const { at, event } of events) {
        const { contract } = at;
        if (event.name === 'ContentPublished') listings.learn(contract, event.contentId, listingOf(event));
        else if (event.name === 'ChannelOpened') channels.learn(contract, event.channelId, event);
        else if ('contentId' in event) await listings.prepare(contract, event.contentId);
        else if (event.name === 'VoucherRejected') continue;
        else if ('channelId' in event) await channels.prepare(contract, event.channelId);
        else if (event.name === 'ClaimBatch')
          for (const { contentId } of event.contents) await listings.prepare(contract, contentId);
      }
    },
    listing: listings.get,
    channel: channels.get,
    isKnownCoin,
  };
}

/** What stands behind ids of one kind, each of a contract. */
function createKnown<Found>(
  kind: 'content' | 'channel',
  find: (contract: string, id: string) => Promise<Found | null>,
) {
  const known = new Map<string, Found>();
  const nameOf = (contract: string, id: string) => `${contract} ${id}`;

  return {
    trim() {
      if (known.size > MAX_KEPT) known.clear();
    },
    learn: (contract: string, id: string, found: Found) => void known.set(nameOf(contract, id), found),
    async prepare(contract: string, id: string) {
      if (known.has(nameOf(contract, id))) return;
      const stored = await find(contract, id);
      if (stored) known.set(nameOf(contract, id), stored);
    },
    get(contract: string, id: string): Found {
      const found = known.get(nameOf(contract, id));
      if (!found) throw new UnknownReference({ kind, contract, id });
      return found;
    },
  };
}
