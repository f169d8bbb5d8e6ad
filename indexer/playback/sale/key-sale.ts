import { termsInForce } from '../../contract/effective-terms.ts';
import { crashPoint } from '../../lib/crash-point.ts';
import { SingleFlight } from '../../lib/tasks.ts';
import {
  channelScope,
  type StoredVoucher,
  type VoucherItem,
  type VoucherKey,
} from '../../store/book/vouchers.ts';
import type { Book } from '../../store/book.ts';
import { catchUp, type IndexedChain } from '../../store/indexed-chain.ts';
import type { ChannelRow, ContentRow, Store } from '../../store/store.ts';
import type { KeyOffer } from '../keys/key-offers.ts';
import type { Elsewhere } from '../moving/elsewhere.ts';
import type { Provider } from '../provider.ts';
import { type ClaimsKnownDeps, createClaimsKnown } from './claims-known.ts';
import { refused, VoucherInvalid } from './errors.ts';
import { fundsOf, MAX_RECENT_EVENTS } from './funds.ts';
import { judgeSale, type Opened, type SaleRequest } from './judge.ts';
import { isTooOld } from './mirror-age.ts';
import { createRecover, plainSignature } from './recover/recover.ts';
import { grownItems } from './rules.ts';
import { createVoucherDigest, MAX_ITEMS, totalOf } from './voucher.ts';

/** A voucher as a client shows it, with its signature in whatever spelling. */
export interface ShownVoucher extends VoucherKey {
  items: readonly VoucherItem[];
  signature: string;
}

export interface KeySaleDeps {
  store: ClaimsKnownDeps['store'] & Pick<Store, 'channelEvents' | 'contentById'>;
  book: ClaimsKnownDeps['book'] & Pick<Book, 'sell'>;
  /** `null` on a host that serves for nobody. */
  provider: Pick<Provider, 'wallet'> | null;
  chain: IndexedChain & {
    chainId: number;
    /** So many blocks below the head no reorganisation reaches. */
    confirmations: number;
    status(): { indexed: number | null };
  };
  elsewhere: Pick<Elsewhere, 'keepsFromSelling'>;
  /** Of the records, in seconds. */
  mirrorAgeSec(): Promise<number>;
  unconfirmedUnits: number;
  nowSec(): number;
}

type SellingChannel = Omit<ChannelRow, 'salt' | 'claimed' | 'openedAtSec' | 'txHash'>;

/** A price that was in force so recently is still taken: somebody may have been shown it. */
const QUOTED_SEC = 60;

/** Opens units of a content for vouchers: what is answered stands in the book. */
export class KeySale {
  readonly #deps: KeySaleDeps;
  readonly #digest: ReturnType<typeof createVoucherDigest>;
  readonly #recover = createRecover();
  readonly #claimsKnown: ReturnType<typeof createClaimsKnown>;
  readonly #catchingUp = new SingleFlight<void>();

  constructor(deps: KeySaleDeps) {
    this.#deps = deps;
    this.#digest = createVoucherDigest(deps.chain.chainId);
    this.#claimsKnown = createClaimsKnown(deps);
  }

  /**
   * @param units that have a key, none twice
   * @param offers what a refusal names
   * @throws {VoucherInvalid}, {SaleRefused}
   */
  async open(
    offer: KeyOffer,
    shown: ShownVoucher,
    units: readonly number[],
    offers: readonly KeyOffer[],
  ): Promise<Opened> {
    const { book, nowSec } = this.#deps;
    const { contentId, contract, cid } = offer.content;
    const row = await this.#rowOf(shown);
    requireItems(shown.items);
    const kept = await book.voucher(shown);
    const digest = this.#digest(shown);
    const signature = plainSignature(shown.signature);
    const isKept = kept?.digest === digest && kept.signature === signature;
    const channel = this.#ours(row ?? (isKept ? undone(kept) : null), shown);
    if (signature === null || !(isKept || (await this.#isSignedBy(channel, digest, signature)))) {
      throw new VoucherInvalid(`The key ${channel.authorizer} of the channel has not signed this voucher.`, {
        part: 'signature',
      });
    }
    await this.#claimsKnown(channel);
    crashPoint('sale.checked');

    const { channelId, epoch, seq, items } = shown;
    const key = { contract, channelId, epoch, seq };
    const scope = channelScope(key);
    const { provider, token, viewer: wallet } = channel;
    const request: SaleRequest = {
      voucher: { ...key, provider, token, items, total: totalOf(items), signature, digest },
      funds: await this.#fundsOf(channel),
      opening: { scope, contract, contentId, cid, wallet },
      terms: { ...offer.terms, capUnits: offer.capUnits },
      units,
      pricesOf: await this.#pricesOf(channel, grownItems(items, kept?.items ?? []), offer.content),
      unconfirmedUnits: this.#deps.unconfirmedUnits,
      halt: row ? await this.#haltFor(offer) : 'mirror_behind',
      nowSec: nowSec(),
    };
    // With a cap all that was opened counts.
    const asked = offer.capUnits === null ? units : undefined;
    const of = { voucher: key, scope, contentId, units: asked, nowSec: request.nowSec };
    const verdict = await book.sell(of, (page) => {
      const sale = judgeSale(request, page);
      crashPoint('sale.judged');
      return sale;
    });
    crashPoint('sale.stored');
    if ('refusal' in verdict) throw refused(verdict.refusal, { contentId, due: verdict.due, offers });
    return verdict.opened;
  }

  async #haltFor({ withdrawDelaySec }: KeyOffer): Promise<SaleRequest['halt']> {
    const { elsewhere, mirrorAgeSec } = this.#deps;
    if (isTooOld(await mirrorAgeSec(), withdrawDelaySec)) return 'mirror_behind';
    return (await elsewhere.keepsFromSelling()) ? 'elsewhere' : null;
  }

  async #rowOf({ contract, channelId }: ShownVoucher): Promise<ChannelRow | null> {
    const { store, chain } = this.#deps;
    const row = await store.channel(contract, channelId);
    if (row) return row;
    // It may have been opened just now. However many ask, the chain is asked once.
    await this.#catchingUp.run('', () => catchUp(chain));
    return await store.channel(contract, channelId);
  }

  #ours(channel: SellingChannel | null, { channelId, epoch }: ShownVoucher): SellingChannel {
    const { provider } = this.#deps;
    if (channel === null) {
      throw new VoucherInvalid(`Nobody has opened a channel ${channelId}.`, { part: 'channelId' });
    }
    if (channel.provider !== provider?.wallet.toLowerCase()) {
      const whose = `The channel pays ${channel.provider}, and this host serves for ${provider?.wallet}.`;
      throw new VoucherInvalid(whose, { part: 'channelId' });
    }
    if (channel.epoch !== epoch) {
      const why = `The channel is in epoch ${channel.epoch}, not ${epoch}.`;
      throw new VoucherInvalid(why, { part: 'epoch', right: channel.epoch });
    }
    return channel;
  }

  async #isSignedBy({ authorizer }: SellingChannel, digest: string, signature: string): Promise<boolean> {
    return (await this.#recover(digest, signature)) === authorizer;
  }

  async #fundsOf(channel: SellingChannel) {
    const { store, chain } = this.#deps;
    const confirmedBlock = (chain.status().indexed ?? 0) - chain.confirmations;
    const events = chain.confirmations === 0 ? [] : await store.channelEvents(channel, MAX_RECENT_EVENTS);
    return fundsOf(channel, events, confirmedBlock);
  }

  /** What is new in a voucher has to be priced as it is sold now, of whatever content it is. */
  async #pricesOf({ contract, token }: SellingChannel, grown: readonly VoucherItem[], sold: ContentRow) {
    const { store, nowSec } = this.#deps;
    const prices = new Map<string, bigint[]>();
    for (const { contentId } of grown) {
      const content = contentId === sold.contentId ? sold : await store.contentById(contract, contentId);
      if (content === null || content.token !== token) {
        const which = content === null ? 'is not published' : "is priced in another coin than the channel's";
        throw new VoucherInvalid(`The content ${contentId} ${which}.`, { part: 'items' });
      }
      const inForce = [0, QUOTED_SEC].map((agoSec) => termsInForce(content, nowSec() - agoSec).pricePerUnit);
      prices.set(
        contentId,
        inForce.filter((price) => price > 0n),
      );
    }
    return (contentId: string) => prices.get(contentId);
  }
}

/** A channel whose deposit a reorganisation has taken back: as its own voucher has it. What it has opened stays open. */
function undone(kept: StoredVoucher): SellingChannel {
  return { ...kept, viewer: '', authorizer: '', deposit: 0n, nextSeq: 0, withdrawableAtSec: null };
}

/** @throws {VoucherInvalid} for items with which the contract would take no voucher, or no host would. */
function requireItems(items: readonly VoucherItem[]): void {
  const invalid = (why: string) => new VoucherInvalid(why, { part: 'items' });
  if (items.length > MAX_ITEMS) throw invalid(`A voucher lists ${MAX_ITEMS} contents at most.`);
  if (new Set(items.map(({ contentId }) => contentId)).size < items.length) {
    throw invalid('A voucher lists each content once.');
  }
  if (items.some(({ units }) => units === 0)) throw invalid('A voucher lists no content without units.');
}
