import { type Listing, type Lookup, listingOf, type Parties } from '../project/place.ts';
import type { Catalogue, Channels } from '../store/store.ts';
import type { ChainEvent } from './events.ts';

/** An event names what no event before has made: the records miss earlier blocks of the contract. */
export class UnknownReference extends Error {
  override readonly name = 'UnknownReference';
  readonly contract: string;
  readonly id: string;
  constructor(kind: 'content' | 'channel', contract: string, id: string) {
    const made = kind === 'content' ? 'published' : 'opened';
    super(
      `an event of ${contract} names ${kind} ${id}, but no event ${made} it: the contract's start block ` +
        'in deployments/ is too high, or the endpoint withholds logs',
    );
    this.contract = contract;
    this.id = id;
  }
}

/**
 * The listings and channels that events refer to: learned from the events that make them, otherwise from the store.
 * What is kept never becomes wrong, not by a reorganisation either: an id is the hash of everything kept under it.
 * The look-ups throw {UnknownReference}.
 */
export interface References extends Lookup {
  /** Gets ready for these events of `contract`, in the chain's order. */
  prepare(events: Iterable<{ contract: string; event: ChainEvent }>): Promise<void>;
}

const MOST_KEPT = 50_000;

export function createReferences(store: Pick<Catalogue & Channels, 'contentById' | 'channel'>): References {
  const listings = new Map<string, Listing>();
  const channels = new Map<string, Parties>();

  async function prepareListing(contract: string, contentId: string): Promise<void> {
    const name = `${contract} ${contentId}`;
    if (listings.has(name)) return;
    const stored = await store.contentById(contract, contentId);
    if (stored) listings.set(name, stored);
  }

  async function prepareChannel(contract: string, channelId: string): Promise<void> {
    const name = `${contract} ${channelId}`;
    if (channels.has(name)) return;
    const stored = await store.channel(contract, channelId);
    if (stored) channels.set(name, stored);
  }

  return {
    async prepare(events) {
      for (const known of [listings, channels]) if (known.size > MOST_KEPT) known.clear();
      for (const { contract, event } of events) {
        if (event.name === 'ContentPublished')
          listings.set(`${contract} ${event.contentId}`, listingOf(event));
        else if (event.name === 'ChannelOpened') channels.set(`${contract} ${event.channelId}`, event);
        else if ('contentId' in event) await prepareListing(contract, event.contentId);
        else if ('channelId' in event) await prepareChannel(contract, event.channelId);
        else if (event.name === 'ClaimBatch')
          for (const { contentId } of event.contents) await prepareListing(contract, contentId);
      }
    },
    listing(contract, contentId) {
      const listing = listings.get(`${contract} ${contentId}`);
      if (!listing) throw new UnknownReference('content', contract, contentId);
      return listing;
    },
    channel(contract, channelId) {
      const parties = channels.get(`${contract} ${channelId}`);
      if (!parties) throw new UnknownReference('channel', contract, channelId);
      return parties;
    },
  };
}
