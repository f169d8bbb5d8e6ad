import { ZeroAddress } from 'ethers';
import { ContractRevert } from '../contract/calls/revert.ts';
import type { CallOf, WalletCall } from '../contract/calls/wallet-calls.ts';
import type { CallSignature, WriteRequest } from '../contract/calls/writer.ts';
import { KeyedMutex } from '../lib/keyed-mutex.ts';
import type { ContentRow, StreamRow } from '../store/store.ts';
import { ContentUnpublished, NotServing, WriteUndone } from './errors.ts';
import { findListing, type ListingFilter } from './find-listing.ts';
import {
  createPublications,
  type Listed,
  type ListingDeps,
  type Offer,
  type Publications,
  requireSellable,
  type TermsOffer,
} from './publication.ts';
import { endOfStreams, streamAt } from './streams.ts';

/** A listing of this creator. */
export type OwnListing = ListingFilter & { creator: string };

/**
 * Puts contents and streams on chain for the wallets named, once, and answers when the store shows it, so that the
 * next read sees it. Calls about one CID take turns: the same call twice at once is one transaction. Each may throw
 * what the writer throws: {ContractRevert}, {SignatureRequired}, {SignatureRefused}, {RelayRefused}, {RelayPending}.
 */
export interface Listings {
  /** Whether such an offer could be published, apart from what stands on chain. @throws {PriceUnfit}, {MinuteNotSold} */
  checkOffer(offer: Omit<Offer, 'cid'>): Promise<void>;
  /**
   * The call by which the creator publishes the offer, and whether that has been done with these terms.
   * @throws {PriceUnfit}, {TermsDiffer}, {ListingAmbiguous}
   */
  proposed(offer: Offer): ReturnType<Publications['of']>;
  /**
   * Publishes unless the creator has done so with these terms.
   * @throws {PriceUnfit}, {TermsDiffer}, {ListingAmbiguous}
   */
  publishOnce(offer: Offer, signed?: CallSignature): Promise<Listed>;
  /**
   * The provider serves the content at `url` from now on. Where nobody needs to sign, it is published first.
   * @param signed by the provider
   * @throws as `publishOnce`, and {ContentUnpublished}
   */
  serve(
    offer: Offer,
    provider: string,
    url: string,
    signed?: CallSignature,
  ): Promise<Listed & { stream: StreamRow }>;
  /**
   * Ends all streams of the content that this provider has; with a signature the one that was signed for.
   * @throws {ContentUnlisted}, {NotServing}
   */
  stopServing(which: ListingFilter, provider: string, signed?: CallSignature): Promise<void>;
  /** Announces other terms. @throws {ContentUnlisted}, {ListingAmbiguous}, {PriceUnfit}, {MinuteNotSold} */
  scheduleTerms(which: OwnListing, terms: TermsOffer, signed?: CallSignature): Promise<ContentRow>;
  /** Takes back what is announced and not in force yet. @throws {ContentUnlisted}, {ListingAmbiguous} */
  cancelScheduled(which: OwnListing, signed?: CallSignature): Promise<ContentRow>;
  /** Announces the end of direct payments. @throws {ContentUnlisted}, {ListingAmbiguous} */
  retire(which: OwnListing, signed?: CallSignature): Promise<ContentRow>;
}

export function createListings(deps: ListingDeps): Listings {
  const { store, writer, chain } = deps;
  const turns = new KeyedMutex();
  const publications = createPublications(deps);

  /** Unsigned, a call may write for several wallets; signed, wallets need not wait for each other's blocks. */
  async function inTurn<T>(
    { key }: ListingFilter['cid'],
    wallet: string,
    work: () => Promise<T>,
  ): Promise<T> {
    return await turns.run(writer.unsigned ? key : `${key} ${wallet}`, async () => {
      await catchUp();
      return await work();
    });
  }

  /** From here on the store knows everything that the chain knows now. */
  async function catchUp(): Promise<void> {
    await chain.waitFor(await chain.head());
  }

  async function write(wanted: WriteRequest, signed: CallSignature | undefined): Promise<void> {
    const mined = await writer.write(wanted, signed);
    if (mined === null) await catchUp();
    else await chain.waitFor(mined.blockNumber);
  }

  async function publishFirst(publish: CallOf<'publish'>, serve: WalletCall, cid: string): Promise<void> {
    if (!writer.unsigned) throw new ContentUnpublished(cid, [publish, serve]);
    await write({ calls: [publish] }, undefined);
  }

  async function change(
    which: OwnListing,
    signed: CallSignature | undefined,
    callFor: (listing: ContentRow) => WalletCall | Promise<WalletCall>,
  ): Promise<ContentRow> {
    return await inTurn(which.cid, which.creator, async () => {
      const listing = await findListing(store, which);
      await write({ calls: [await callFor(listing)] }, signed);
      return (await store.contentById(listing.contract, listing.contentId)) ?? listing;
    });
  }

  return {
    async checkOffer(offer) {
      requireSellable(offer.unit);
      await publications.terms(offer, offer.token ?? ZeroAddress);
    },
    proposed: publications.of,
    async publishOnce(offer, signed) {
      return await inTurn(offer.cid, offer.creator, async () => {
        const { call } = await publications.of(offer);
        await write({ calls: [call] }, signed);
        return await publications.listed(call);
      });
    },
    async serve(offer, provider, url, signed) {
      return await inTurn(offer.cid, provider, async () => {
        const { call, published, contentId } = await publications.of(offer);
        const { contract } = call;
        const row = () => store.stream(contract.toLowerCase(), contentId, provider.toLowerCase());
        const wanted = streamAt(await row(), { contract, contentId, provider, url });
        if (!published) await publishFirst(call, wanted.calls[0], offer.cid.text);
        await write(wanted, signed);
        const stream = await row();
        if (stream === null) throw new WriteUndone(`The stream of ${provider}`);
        return { ...(await publications.listed(call)), stream };
      });
    },
    async stopServing(which, provider, signed) {
      await inTurn(which.cid, provider, async () => {
        const wanted = await endOfStreams(store, which, provider, signed !== undefined);
        await write(wanted, signed).catch((error: unknown) => {
          const isUnknown = error instanceof ContractRevert && error.errorName === 'StreamUnknown';
          throw isUnknown ? new NotServing(provider, which.cid.text) : error;
        });
      });
    },
    async scheduleTerms(which, offer, signed) {
      return await change(which, signed, async ({ contract, contentId, token, unit }) => {
        const inForce = await chain.termsInForce(contract, contentId);
        const terms = await publications.terms(offer, token);
        const args = { ...terms, unit: offer.unit ?? inForce?.unit ?? unit, contentId };
        requireSellable(args.unit);
        return { name: 'scheduleTerms', account: which.creator, contract, args };
      });
    },
    async cancelScheduled(which, signed) {
      return await change(which, signed, ({ contract, contentId }) => {
        return { name: 'cancelTerms', account: which.creator, contract, args: { contentId } };
      });
    },
    async retire(which, signed) {
      return await change(which, signed, ({ contract, contentId }) => {
        return { name: 'retire', account: which.creator, contract, args: { contentId } };
      });
    },
  };
}
