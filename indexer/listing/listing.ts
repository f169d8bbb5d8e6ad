import { AbiCoder, keccak256, toUtf8Bytes, ZeroAddress } from 'ethers';
import type { ContractWriter } from '../chain/writer.ts';
import type { Catalogue, ContentRow, StreamRow } from '../store/store.ts';
import type { TermsInForce } from '../terms.ts';
import { createTurns } from '../turns.ts';
import { ContentUnlisted, NotServing, TermsDiffer, WalletMustSign } from './errors.ts';
import { findListingOrNull, findListings, type ListingFilter } from './find.ts';
import { type Coin, priceInBaseUnits } from './price.ts';

/** What a creator offers: a content and its terms. Addresses checksummed. */
export interface Offer {
  cid: ListingFilter['cid'];
  creator: string;
  /** Undefined: the coin in which this creator has listed the content, the native coin if in none yet. */
  token?: string | undefined;
  videoName: string;
  /** Of one unit, decimal in the coin's unit. */
  price: string | number;
  providerShareBps: number;
}

export interface ListingDeps {
  store: Catalogue;
  /** `null` off the embedded chain. */
  writer: ContractWriter | null;
  chain: {
    /** Number of the newest block. */
    head(): Promise<number>;
    /** Resolves when the store shows the block. */
    waitFor(block: number): Promise<void>;
    termsInForce(contract: string, contentId: string): Promise<TermsInForce | null>;
  };
  tokens: { describe(token: string): Promise<Coin> };
}

/** A listing and the terms in force. */
export interface Listed {
  listing: ContentRow;
  terms: TermsInForce;
}

/**
 * Puts contents and streams on chain for the wallets named, once, and answers when the store shows it, so that the
 * next read sees it. Calls about one CID take turns: the same call twice at once is one transaction.
 */
export interface Listings {
  /**
   * Whether such an offer could be published, apart from what stands on chain.
   * @throws {WalletMustSign}, {PriceUnfit}
   */
  checkOffer(offer: Omit<Offer, 'cid'>): Promise<void>;
  /**
   * Publishes unless the creator has done so with these terms.
   * @throws {WalletMustSign}, {PriceUnfit}, {TermsDiffer}, {ListingAmbiguous}, {ContractRevert}
   */
  publishOnce(offer: Offer): Promise<Listed>;
  /**
   * The provider serves the content at `url` from now on; publishes it first where that is needed.
   * @throws as `publishOnce`
   */
  serve(offer: Offer, provider: string, url: string): Promise<Listed & { stream: StreamRow }>;
  /**
   * Ends all streams of the content that this provider has.
   * @throws {WalletMustSign}, {ContentUnlisted}, {NotServing}, {ContractRevert}
   */
  stopServing(which: ListingFilter, provider: string): Promise<void>;
}

export function createListings({ store, writer, chain, tokens }: ListingDeps): Listings {
  const turns = createTurns();

  function writerFor(wallet: string): ContractWriter {
    if (writer === null) throw new WalletMustSign(wallet);
    return writer;
  }

  /** From here on the store knows everything that the chain knows now. */
  async function catchUp(): Promise<void> {
    await chain.waitFor(await chain.head());
  }

  async function priceOf({ price }: Pick<Offer, 'price'>, token: string): Promise<bigint> {
    return priceInBaseUnits(price, await tokens.describe(token));
  }

  async function publishUnlessListed(on: ContractWriter, offer: Offer): Promise<Listed> {
    await catchUp();
    const { contract } = on;
    const listing = await findListingOrNull(store, { ...offer, contract });
    const token = listing?.token ?? offer.token ?? ZeroAddress;
    const pricePerUnit = await priceOf(offer, token);
    const terms = listing && (await chain.termsInForce(contract, listing.contentId));
    if (!listing || !terms || terms.retired) {
      // Again under the same id, where it is back from retirement.
      return await publish(on, offer, { cid: listing?.cid ?? offer.cid.text, token, pricePerUnit });
    }
    if (pricePerUnit !== terms.pricePerUnit) throw new TermsDiffer(listing, terms, 'pricePerUnit');
    if (offer.providerShareBps !== terms.providerShareBps) {
      throw new TermsDiffer(listing, terms, 'providerShareBps');
    }
    return { listing, terms };
  }

  async function publish(
    on: ContractWriter,
    { creator, videoName, providerShareBps }: Offer,
    { cid, token, pricePerUnit }: { cid: string; token: string; pricePerUnit: bigint },
  ): Promise<Listed> {
    const terms = { pricePerUnit, providerShareBps, metered: false };
    const { blockNumber } = await on.publish(creator, {
      ...terms,
      cid,
      token,
      name: videoName,
      metadata: '',
    });
    await chain.waitFor(blockNumber);
    const contentId = contentIdOf(creator, token, cid);
    const listing = await store.contentById(on.contract.toLowerCase(), contentId);
    if (listing === null)
      throw new Error(`${contentId} is published in block ${blockNumber} but not indexed`);
    return { listing, terms: { ...terms, retired: false } };
  }

  async function serveAt(
    on: ContractWriter,
    { contract, contentId }: ContentRow,
    provider: string,
    url: string,
  ) {
    const row = () => store.stream(contract, contentId, provider.toLowerCase());
    const before = await row();
    if (before?.active && before.url === url) return before;
    const { blockNumber } = before?.active
      ? await on.updateStream(provider, contentId, url)
      : await on.registerStream(provider, contentId, url);
    await chain.waitFor(blockNumber);
    const stream = await row();
    if (stream === null) throw new Error(`the stream of block ${blockNumber} is not indexed`);
    return stream;
  }

  return {
    async checkOffer(offer) {
      writerFor(offer.creator);
      await priceOf(offer, offer.token ?? ZeroAddress);
    },
    async publishOnce(offer) {
      const on = writerFor(offer.creator);
      return await turns.take(offer.cid.key, () => publishUnlessListed(on, offer));
    },
    async serve(offer, provider, url) {
      const on = writerFor(provider);
      return await turns.take(offer.cid.key, async () => {
        const listed = await publishUnlessListed(on, offer);
        return { ...listed, stream: await serveAt(on, listed.listing, provider, url) };
      });
    },
    async stopServing(which, provider) {
      const on = writerFor(provider);
      await turns.take(which.cid.key, async () => {
        await catchUp();
        const streams = await activeStreams(store, which, provider);
        if (streams.length === 0) throw new NotServing(provider, which.cid.text);
        for (const { contract, contentId } of streams) {
          const { blockNumber } = await on.deregisterStream(provider, contentId, contract);
          await chain.waitFor(blockNumber);
        }
      });
    },
  };
}

async function activeStreams(store: Catalogue, which: ListingFilter, provider: string): Promise<StreamRow[]> {
  const listings = await findListings(store, which);
  if (listings.length === 0) throw new ContentUnlisted(which.cid.text, which);
  const streams = await Promise.all(
    listings.map(({ contract, contentId }) => store.stream(contract, contentId, provider.toLowerCase())),
  );
  return streams.filter((stream) => stream !== null).filter(({ active }) => active);
}

/** As the contract computes it, so that it is known before anything is sent. */
function contentIdOf(creator: string, token: string, cid: string): string {
  const cidHash = keccak256(toUtf8Bytes(cid));
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(['address', 'address', 'bytes32'], [creator, token, cidHash]),
  );
}
