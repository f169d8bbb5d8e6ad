import { channelScopes, type Opening, walletScope } from '../../store/book/vouchers.ts';
import type { Book } from '../../store/book.ts';
import type { Store } from '../../store/store.ts';
import { StreamsElsewhere } from '../errors.ts';
import type { Elsewhere } from '../moving/elsewhere.ts';
import type { OwnOffer } from '../offers.ts';
import { openUntilSec } from '../open-until.ts';
import { judgePaid } from '../sale/judge-paid.ts';
import { unitStates } from '../sale/rules.ts';
import type { KeyOffer } from './key-offers.ts';

/** Whose rights a token has: those of a wallet, or of one channel of the wallet's alone. */
export interface Payer {
  account: string;
  /** In lower case. */
  channelId: string | null;
}

interface Deps {
  store: Pick<Store, 'paidDirectly'>;
  book: Pick<Book, 'openFor' | 'sell'>;
  elsewhere: Pick<Elsewhere, 'keepsFromSelling'>;
  nowSec(): number;
}

/**
 * What payers have open of protected contents: what the book says of their channels, and what wallets have paid themselves. A
 * wallet has what all its channels have bought; a channel has no more than its own, since whoever signs for it need not be the
 * wallet.
 */
export class PayerUnits {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Whether it has paid for anything that is open, or can be opened. */
  async hasAny(payer: Payer, offer: OwnOffer): Promise<boolean> {
    if ((await this.#openings(payer, offer)).length > 0) return true;
    if (payer.channelId !== null) return false;
    const { allUntilSec, minutes } = await this.#paid(payer, offer);
    return allUntilSec > this.#deps.nowSec() || minutes > 0;
  }

  /**
   * Until when a unit is open; `null` where it is not. A minute that the wallet has paid itself is opened by this.
   * @param isDry nothing is opened: says what would be.
   * @throws {StreamsElsewhere}
   */
  async open(
    payer: Payer,
    offer: KeyOffer,
    unit: number,
    { isDry }: { isDry: boolean },
  ): Promise<number | null> {
    const nowSec = this.#deps.nowSec();
    const bought = unitStates([unit], await this.#openings(payer, offer), offer, nowSec);
    const untilSec = bought[0]?.untilSec ?? null;
    if (untilSec !== null || payer.channelId !== null) return untilSec;
    const { allUntilSec, minutes } = await this.#paid(payer, offer);
    if (allUntilSec > nowSec) return allUntilSec;
    if (minutes === 0) return null;
    const { contract, contentId, cid } = offer.content;
    const opening = {
      scope: walletScope(contract, payer.account),
      contract,
      contentId,
      cid,
      wallet: payer.account,
    };
    const of = { voucher: null, scope: opening.scope, contentId, nowSec };
    if (await this.#deps.elsewhere.keepsFromSelling()) throw new StreamsElsewhere();
    const asked = { unit, paid: minutes, capUnits: offer.capUnits, opening, nowSec, isDry };
    return await this.#deps.book.sell(of, (page) => judgePaid(asked, page));
  }

  /** What stands in the book for good; what was paid on chain is looked up there. */
  async #openings({ account, channelId }: Payer, { content }: OwnOffer): Promise<Opening[]> {
    const { contract, contentId } = content;
    const open = await this.#deps.book.openFor(account, { contract, contentId, nowSec: this.#deps.nowSec() });
    if (channelId === null) return open.filter(({ scope }) => scope !== walletScope(contract, account));
    const own = channelScopes({ contract, channelId });
    return open.filter(({ scope }) => scope.startsWith(own));
  }

  async #paid({ account }: Payer, { content, stream }: OwnOffer) {
    const { contract, contentId } = content;
    const paid = await this.#deps.store.paidDirectly({
      ...{ contract, contentId, provider: stream.provider, payer: account },
    });
    const minutes = paid.reduce((sum, { unit, units }) => sum + (unit === 'minute' ? units : 0), 0);
    return { allUntilSec: openUntilSec(paid), minutes };
  }
}
