import { MirrorBehind, PlayRefused } from '../errors.ts';
import type { Grant } from '../gate.ts';
import { isFree } from '../offers.ts';
import { VoucherInvalid } from '../sale/errors.ts';
import type { Opened } from '../sale/judge.ts';
import type { KeySale, ShownVoucher } from '../sale/key-sale.ts';
import type { KeyMedia, KeyOffer } from './key-offers.ts';
import type { PayerUnits } from './payer-units.ts';
import type { UnitKeys } from './unit-keys.ts';
import { unpaidUnits } from './unpaid.ts';

interface Deps {
  unitKeys: UnitKeys;
  payers: PayerUnits;
  sale: Pick<KeySale, 'open'>;
  /** Whose token it is, and for which of the offers. @throws {PlayRefused} */
  grantOf(offers: readonly KeyOffer[], token: string): Promise<Grant<KeyOffer>>;
  isLagging(): boolean;
  nowSec(): number;
}

/** Keys that were paid for, in the order asked for. */
export interface Bought extends Opened {
  offer: KeyOffer;
  keys: Buffer[];
}

/** Gives the keys of units to whoever has them open. */
export class KeyGate {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * For a voucher: the first offer that it opens the units of. One that lists nothing shows whose key it is.
   * @param units that have a key, none twice
   * @throws {VoucherInvalid}, {SaleRefused}
   */
  async buy(media: KeyMedia, shown: ShownVoucher, units: readonly number[]): Promise<Bought> {
    const { unitKeys, sale } = this.#deps;
    const lists = ({ contentId }: { contentId: string }) =>
      shown.items.length === 0 || shown.items.some((item) => item.contentId === contentId);
    const listed = media.offers.filter(
      ({ content }) => content.contract === shown.contract && lists(content),
    );
    let refusal: unknown;
    for (const offer of listed) {
      // Before anything is charged for them.
      const keys = await unitKeys.keysOf(media.cid, offer.content.creator, units);
      try {
        return { ...(await sale.open(offer, shown, units, media.offers)), offer, keys };
      } catch (error) {
        refusal ??= error;
      }
    }
    if (refusal) throw refusal;
    const other = media.offers.find(({ content }) => content.contract !== shown.contract);
    const isElsewhere = other && media.offers.every(({ content }) => content.contract !== shown.contract);
    if (isElsewhere) {
      const why = 'The content is sold at another deployment.';
      throw new VoucherInvalid(why, { part: 'contract', right: other.content.contract });
    }
    throw new VoucherInvalid('The voucher lists nothing that this host sells under the CID.', {
      ...{ part: 'items', right: media.offers[0]?.content.contentId },
    });
  }

  /**
   * For a token, or for nothing where the video is free.
   * @param isDry nothing that was paid on chain is opened: says what would be.
   * @throws {PlayRefused}, {MirrorBehind}
   */
  async open(
    media: KeyMedia,
    unit: number,
    { token, isDry }: { token: string | null; isDry: boolean },
  ): Promise<Buffer> {
    const offer = await this.#openOffer(media, unit, { token, isDry });
    const [key] = await this.#deps.unitKeys.keysOf(media.cid, offer.content.creator, [unit]);
    if (key === undefined) throw new RangeError(`unit ${unit} has no key`);
    return key;
  }

  async #openOffer({ offers }: KeyMedia, unit: number, by: { token: string | null; isDry: boolean }) {
    const free = offers.find(isFree);
    if (free) return free;
    if (by.token === null) throw unpaidUnits(offers);
    const grant = await this.#deps.grantOf(offers, by.token);
    const untilSec = await this.#deps.payers.open(grant, grant.offer, unit, by);
    if (untilSec === null) {
      if (this.#deps.isLagging()) throw new MirrorBehind('What was paid may not be in the records yet.');
      throw unpaidUnits(offers);
    }
    if (grant.untilSec <= this.#deps.nowSec())
      throw new PlayRefused('The token is over: sign anew.', { reason: 'token', offers });
    return grant.offer;
  }
}
