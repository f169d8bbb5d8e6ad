import type { Signer } from 'ethers';
import type { Channel } from './channel/channel.ts';
import { type Content, readContent } from './content/content.ts';
import { ClientError } from './errors.ts';
import type { Fetch } from './http.ts';
import { keptToken, signAccess, tokenKey } from './keys/access.ts';
import { buyKeys, type Purchase } from './keys/buy.ts';
import { keepKeys, keptKeys } from './keys/key-cache.ts';
import { requireKeys, requireTrust } from './keys/trust.ts';
import { type Parties, recordKey } from './money/channel-record.ts';
import { patiently } from './patience.ts';
import { type Offer, offerIn } from './seller/offer.ts';
import { refusalError, Seller } from './seller/seller.ts';
import type { ClientStorage } from './storage.ts';

export interface VideoOptions extends Parties {
  storage: ClientStorage;
  cid: string;
  contentId: string;
  /** As the provider registered it: `https://…/play/{cid}`. */
  playUrl: string;
  /** Base units for one unit, as the person was shown. Less is paid where less is asked for. */
  unitPrice: bigint;
  /** Base units that may be spent on this video in this epoch of the channel; `null`: as the channel allows. */
  limit?: bigint | null;
  /** Who pays. Without one, what is open already can be had. */
  channel?: Channel | null;
  /** Whose {@link Video.unlock} counts; anybody's by default. */
  viewer?: string | undefined;
  /** Whom the provider has named on chain to sign for it; `null`: nobody. Unknown by default. */
  delegate?: string | null;
  /** The host where the viewer is, `https://host.example`: what a cheat has signed is filed there. To nobody by default. */
  proofsTo?: string | undefined;
  /** How long it is waited for what may come by itself; 30 s by default. */
  patienceMs?: number;
  fetch?: Fetch;
}

const PATIENCE_MS = 30_000;

/**
 * A packaged video at a provider's gate: what the CID names is checked before anything is paid.
 * @throws {ClientError} content_mismatch, seller_distrusted, seller_refused, seller_unreachable
 */
export async function openVideo(options: VideoOptions): Promise<Video> {
  await requireTrust(options.storage, options);
  const seller = new Seller(options.playUrl, options.fetch ?? globalThis.fetch);
  const content = await readContent(options.cid, (path) => seller.bytes(path));
  return new Video(options, seller, content);
}

export class Video {
  readonly content: Content;
  readonly seller: Seller;
  readonly #options: VideoOptions;
  #channel: Channel | null;

  constructor(options: VideoOptions, seller: Seller, content: Content) {
    this.#options = { ...options, contentId: options.contentId.toLowerCase() };
    this.content = content;
    this.seller = seller;
    this.#channel = options.channel ?? null;
  }

  /** From now on this channel pays. @throws {ClientError} offer_differs: it is for somebody else */
  payFrom(channel: Channel): void {
    if (recordKey(channel.parties) !== recordKey(this.#options)) {
      throw new ClientError('offer_differs', 'The channel is with another provider, or in another coin.');
    }
    this.#channel = channel;
  }

  /** Base units that may be spent on this video from now on; `null`: as the channel allows. */
  limitTo(limit: bigint | null): void {
    this.#options.limit = limit;
  }

  /** A unit may cost so many base units from now on: the person was shown that. */
  agreeTo(unitPrice: bigint): void {
    this.#options.unitPrice = unitPrice;
  }

  /** What the seller asks for now; `null` where the unit is open to everybody. Pays nothing. @throws {ClientError} */
  async quote(unit = this.#firstSold()): Promise<Offer | null> {
    const answer = await this.seller.openKey(unit, null);
    if (answer.kind === 'keys') return null;
    if (answer.paymentRequired === null) throw refusalError(answer);
    return offerIn(answer.paymentRequired, this.#options);
  }

  /**
   * The keys of these units, from what is kept, what is open, and for money: one unit after the other, so that no more
   * than one is paid and not given. Call it for what a person wants to see.
   * @param onFailed called with each error, also with those after which it is tried again
   * @returns 16 bytes by unit
   * @throws {ClientError} with all codes; what is retryable was tried for as long as the patience lasts
   */
  async fetchKeys(
    units: readonly number[],
    onFailed?: (error: unknown) => void,
  ): Promise<Map<number, Uint8Array<ArrayBuffer>>> {
    const { storage, patienceMs = PATIENCE_MS } = this.#options;
    for (const unit of units)
      if (!this.content.keyHashes[unit]) throw new RangeError(`Unit ${unit} has no key.`);
    const found = await keptKeys(storage, this.content, units);
    for (const unit of units) {
      if (found.has(unit)) continue;
      const missing = units.filter((each) => !found.has(each) && each !== unit);
      const keys = await patiently(patienceMs, () => this.#attempt(unit, missing), onFailed);
      for (const [each, key] of keys) found.set(each, key);
    }
    return found;
  }

  /** The key of a unit that is kept here already. */
  async keptKey(unit: number): Promise<Uint8Array | undefined> {
    return (await keptKeys(this.#options.storage, this.content, [unit])).get(unit);
  }

  /**
   * Opens what the wallet has paid this provider for, by other devices too: one signature, no payment. The token is
   * kept until it ends.
   * @throws {SellerRefused} payment_required is its `problem` where nothing is open
   */
  async unlock(wallet: Signer): Promise<void> {
    await signAccess(wallet, { ...this.#options, seller: this.seller });
  }

  async #attempt(unit: number, missing: readonly number[]): Promise<Map<number, Uint8Array<ArrayBuffer>>> {
    const { storage } = this.#options;
    await requireTrust(storage, this.#options);
    const open = await this.#open(unit);
    if (open) return open;
    if (!this.#channel) throw new ClientError('channel_missing', 'There is no channel that pays.');
    const channel = this.#channel;
    return await channel.exclusively(async (held) => {
      // Another tab may have bought it meanwhile.
      const kept = await keptKeys(storage, this.content, [unit]);
      if (kept.size > 0) return kept;
      const purchase: Purchase = {
        ...this.#options,
        ...{ seller: this.seller, content: this.content, held },
      };
      return await buyKeys(purchase, unit, missing);
    });
  }

  /** The key of a unit that the wallet has open; without a channel also of one that is everybody's. */
  async #open(unit: number): Promise<Map<number, Uint8Array<ArrayBuffer>> | null> {
    const { storage } = this.#options;
    const token = await keptToken(this.#options);
    if (token === null && this.#channel) return null;
    const answer = await this.seller.openKey(unit, token);
    if (answer.kind === 'refused') {
      if (answer.status === 401) await storage.remove(tokenKey(this.#options));
      if (answer.status === 401 || answer.status === 402) return null;
      throw refusalError(answer);
    }
    const keys = await requireKeys(storage, this.#options, {
      given: answer,
      units: [unit],
      content: this.content,
    });
    await keepKeys(storage, this.content.cid, keys);
    return keys;
  }

  #firstSold(): number {
    return Math.max(0, this.content.keyHashes.findIndex(Boolean));
  }
}
