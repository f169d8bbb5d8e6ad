import { ZeroAddress } from 'ethers';
import { ContractRevert } from '../contract/calls/revert.ts';
import type { CallOf, WalletCall } from '../contract/calls/wallet-calls.ts';
import type { CallSignature, WriteRequest } from '../contract/calls/writer.ts';
import { KeyedMutex } from '../lib/locks/keyed-mutex.ts';
import { catchUp } from '../store/indexed-chain.ts';
import type { ContentRow, StreamRow } from '../store/store.ts';
import { ContentUnpublished, NotServing, WriteUndone } from './errors.ts';
import { findListing, type ListingFilter } from './find-listing.ts';
import {
  createPublications,
  type ListingDeps,
  type Offer,
  type Publications,
  type PublishedListing,
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
export class Listings {
  readonly #deps: ListingDeps;
  readonly #publications: Publications;
  readonly #mutex = new KeyedMutex();

  constructor(deps: ListingDeps) {
    this.#deps = deps;
    this.#publications = createPublications(deps);
  }

  /** Whether such an offer could be published, apart from what stands on chain. @throws {PriceUnfit}, {MinuteNotSold} */
  async checkOffer(offer: Omit<Offer, 'cid'>): Promise<void> {
    await requireSellable(this.#deps, offer, offer.unit);
    await this.#publications.terms(offer, offer.token ?? ZeroAddress);
  }

  /**
   * The call by which the creator publishes the offer, and whether that has been done with these terms.
   * @throws {PriceUnfit}, {TermsDiffer}, {ListingAmbiguous}
   */
  proposed(offer: Offer): ReturnType<Publications['of']> {
    return this.#publications.of(offer);
  }

  /**
   * Publishes unless the creator has done so with these terms.
   * @throws {PriceUnfit}, {TermsDiffer}, {ListingAmbiguous}
   */
  async publishOnce(offer: Offer, signed?: CallSignature): Promise<PublishedListing> {
    return await this.#inTurn(offer.cid, offer.creator, async () => {
      const { call } = await this.#publications.of(offer);
      await this.#write({ calls: [call] }, signed);
      return await this.#publications.listed(call);
    });
  }

  /**
   * The provider serves the content at `url` from now on. Where nobody needs to sign, it is published first.
   * @param signed by the provider
   * @throws as `publishOnce`, and {ContentUnpublished}
   */
  async serve(
    offer: Offer,
    provider: string,
    url: string,
    signed?: CallSignature,
  ): Promise<PublishedListing & { stream: StreamRow }> {
    const { store } = this.#deps;
    return await this.#inTurn(offer.cid, provider, async () => {
      const { call, published, contentId } = await this.#publications.of(offer);
      const { contract } = call;
      const row = () => store.stream(contract.toLowerCase(), contentId, provider.toLowerCase());
      const request = streamAt(await row(), { contract, contentId, provider, url });
      if (!published) await this.#publishFirst(call, request.calls[0], offer.cid.text);
      await this.#write(request, signed);
      const stream = await row();
      if (stream === null) throw new WriteUndone(`The stream of ${provider}`);
      return { ...(await this.#publications.listed(call)), stream };
    });
  }

  /**
   * Ends all streams of the content that this provider has; with a signature the one that was signed for.
   * @throws {ContentUnlisted}, {NotServing}
   */
  async stopServing(which: ListingFilter, provider: string, signed?: CallSignature): Promise<void> {
    await this.#inTurn(which.cid, provider, async () => {
      const request = await endOfStreams(this.#deps.store, which, provider, signed !== undefined);
      await this.#write(request, signed).catch((error: unknown) => {
        const isUnknown = error instanceof ContractRevert && error.errorName === 'StreamUnknown';
        throw isUnknown ? new NotServing({ provider, cid: which.cid.text }) : error;
      });
    });
  }

  /** Announces other terms. @throws {ContentUnlisted}, {ListingAmbiguous}, {PriceUnfit}, {MinuteNotSold} */
  async scheduleTerms(which: OwnListing, offer: TermsOffer, signed?: CallSignature): Promise<ContentRow> {
    return await this.#change(which, signed, async ({ contract, contentId, token, unit }) => {
      const inForce = await this.#deps.chain.termsInForce(contract, contentId);
      const terms = await this.#publications.terms(offer, token);
      const args = { ...terms, unit: offer.unit ?? inForce?.unit ?? unit, contentId };
      await requireSellable(this.#deps, which, args.unit);
      return { name: 'scheduleTerms', account: which.creator, contract, args };
    });
  }

  /** Takes back what is announced and not in force yet. @throws {ContentUnlisted}, {ListingAmbiguous} */
  async cancelScheduled(which: OwnListing, signed?: CallSignature): Promise<ContentRow> {
    return await this.#change(which, signed, ({ contract, contentId }) => {
      return { name: 'cancelTerms', account: which.creator, contract, args: { contentId } };
    });
  }

  /** Announces the end of direct payments. @throws {ContentUnlisted}, {ListingAmbiguous} */
  async retire(which: OwnListing, signed?: CallSignature): Promise<ContentRow> {
    return await this.#change(which, signed, ({ contract, contentId }) => {
      return { name: 'retire', account: which.creator, contract, args: { contentId } };
    });
  }

  /** Unsigned, a call may write for several wallets; signed, wallets need not wait for each other's blocks. */
  async #inTurn<T>({ key }: ListingFilter['cid'], wallet: string, work: () => Promise<T>): Promise<T> {
    return await this.#mutex.run(this.#deps.writer.unsigned ? key : `${key} ${wallet}`, async () => {
      await catchUp(this.#deps.chain);
      return await work();
    });
  }

  async #write(request: WriteRequest, signed: CallSignature | undefined): Promise<void> {
    const mined = await this.#deps.writer.write(request, signed);
    if (mined === null) await catchUp(this.#deps.chain);
    else await this.#deps.chain.waitFor(mined.blockNumber);
  }

  async #publishFirst(publish: CallOf<'publish'>, serve: WalletCall, cid: string): Promise<void> {
    if (!this.#deps.writer.unsigned) throw new ContentUnpublished({ cid, calls: [publish, serve] });
    await this.#write({ calls: [publish] }, undefined);
  }

  async #change(
    which: OwnListing,
    signed: CallSignature | undefined,
    callFor: (listing: ContentRow) => WalletCall | Promise<WalletCall>,
  ): Promise<ContentRow> {
    const { store } = this.#deps;
    return await this.#inTurn(which.cid, which.creator, async () => {
      const listing = await findListing(store, which);
      await this.#write({ calls: [await callFor(listing)] }, signed);
      return (await store.contentById(listing.contract, listing.contentId)) ?? listing;
    });
  }
}
