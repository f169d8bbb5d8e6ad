import { createHash, randomBytes } from 'node:crypto';
import type { SignatureCheck } from '../contract/signatures.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import type { PlayGrant, PlayGrants } from '../store/book.ts';
import type { IndexedChain } from '../store/indexed-chain.ts';
import type { Store } from '../store/store.ts';
import { type AccessCheck, createAccessCheck, type SignedAccess } from './access-check.ts';
import { AccessRefused, MirrorBehind, NotOffered, PlayRefused } from './errors.ts';
import type { PayerUnits } from './keys/payer-units.ts';
import { unpaidUnits } from './keys/unpaid.ts';
import { createOwnOffers, isFree, isSoldByUnit, type OwnOffer } from './offers.ts';
import { DAY_SEC, openUntilSec } from './open-until.ts';
import type { Provider } from './provider.ts';

export interface PlayGateDeps {
  store: Pick<Store, 'activeStreams' | 'contentById' | 'paidDirectly' | 'channel'>;
  book: PlayGrants;
  provider: Provider | null;
  chain: IndexedChain & {
    chainId: number;
    status(): { synced: boolean; lagBlocks: number | null };
  };
  checkSignature: SignatureCheck;
  nowSec(): number;
}

/** Whose a token is, for which offer, and until when it is good. */
export interface Grant<Offer extends OwnOffer = OwnOffer> extends PlayGrant {
  offer: Offer;
}

const TOKEN_BYTES = 16;
const TOKEN = /^[\w-]{22}$/;
/** How long an answer waits for the records to show what has just been paid. */
const INDEXING_TIMEOUT_MS = 10_000;

/** Lets those in who have paid. */
export class PlayGate {
  readonly #deps: PlayGateDeps;
  readonly #ownOffers: ReturnType<typeof createOwnOffers>;
  readonly #check: AccessCheck | null;

  constructor(deps: PlayGateDeps) {
    const { provider, chain } = deps;
    this.#deps = deps;
    this.#ownOffers = createOwnOffers(deps);
    this.#check = provider && createAccessCheck({ ...deps, provider, chainId: chain.chainId });
  }

  /** What is sold under a canonical CID, at least one. @throws {NotOffered}, {MirrorBehind} */
  async offersOf(cidKey: string): Promise<OwnOffer[]> {
    const offers = await this.#ownOffers(cidKey);
    if (offers.length > 0) return offers;
    if (this.isLagging()) throw behind();
    throw new NotOffered('This host does not offer the file.');
  }

  /**
   * Whether the file may be read by everybody, or by whom the token is of.
   * @throws {PlayRefused}, {MirrorBehind}
   */
  async admit(offers: readonly OwnOffer[], token: string | null): Promise<'everybody' | 'payer'> {
    if (offers.some(isFree)) return 'everybody';
    if (token === null) throw unpaid(offers);
    const { account, offer, untilSec } = await this.grantOf(offers, token);
    if ((await this.#openFor(account, offer)) <= this.#deps.nowSec())
      throw this.isLagging() ? behind() : unpaid(offers);
    if (untilSec <= this.#deps.nowSec())
      throw new PlayRefused('The token is over: sign anew.', { reason: 'token', offers });
    return 'payer';
  }

  /**
   * A token for what a wallet has signed, or the key of a channel of its, in place of the one before.
   * @param units of what is sold by keys: who has paid for any of it
   * @throws {AccessRefused}, {PlayRefused}, {MirrorBehind}
   */
  async open(
    offers: readonly OwnOffer[],
    access: SignedAccess,
    units: Pick<PayerUnits, 'hasAny'> | null = null,
  ): Promise<{ token: string; untilSec: number }> {
    if (this.#check === null) throw new NotOffered('This host serves for nobody.');
    const offer = await this.#check(offers, access);
    const startSec = this.#deps.nowSec();
    const openUntil = async () => {
      if (units === null) return await this.#openFor(access.account, offer);
      return (await units.hasAny(access, offer)) ? Number.POSITIVE_INFINITY : 0;
    };
    const openSec = isFree(offer) ? Number.POSITIVE_INFINITY : await this.#atHead(openUntil);
    if (openSec <= this.#deps.nowSec()) throw units === null ? unpaid(offers) : unpaidUnits(offers);

    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const { account, channelId, contract, contentId, nonce, expiresAtSec } = access;
    const to = { account, channelId, contract, contentId, untilSec: startSec + DAY_SEC };
    const used = { nonce, expiresAtSec, nowSec: startSec };
    if (!(await this.#deps.book.grantPlay(hashOf(token), to, used)))
      throw new AccessRefused('What is signed was used before: sign anew.', { part: 'nonce', offers });
    return { token, untilSec: Math.min(openSec, to.untilSec) };
  }

  async #openFor(account: string, { content, stream }: OwnOffer): Promise<number> {
    const { contract, contentId } = content;
    const paid = { contract, contentId, provider: stream.provider, payer: account };
    return openUntilSec(await this.#deps.store.paidDirectly(paid));
  }

  /** Asked again where nothing is open, once what is paid up to now is there. */
  async #atHead(openUntil: () => Promise<number>): Promise<number> {
    const untilSec = await openUntil();
    if (untilSec > this.#deps.nowSec()) return untilSec;
    await this.#caughtUp();
    return await openUntil();
  }

  async #caughtUp(): Promise<void> {
    const { chain } = this.#deps;
    const indexed = chain.head().then((head) => chain.waitFor(head, { timeoutMs: INDEXING_TIMEOUT_MS }));
    // A node that does not answer is waited for no longer than one that lags.
    const late = () => new Error(`not within ${INDEXING_TIMEOUT_MS} ms`);
    await withTimeout(INDEXING_TIMEOUT_MS, indexed, late).catch((cause: unknown) => {
      throw behind({ cause });
    });
  }

  /** By a block is enough: one that was taken back, with the payment in it, may be on its way again. */
  isLagging(): boolean {
    const { synced, lagBlocks } = this.#deps.chain.status();
    return !synced || (lagBlocks ?? 0) > 0;
  }

  /** Whose token it is, and for which of the offers. @throws {PlayRefused} */
  async grantOf<Offer extends OwnOffer>(offers: readonly Offer[], token: string): Promise<Grant<Offer>> {
    const grant = TOKEN.test(token) ? await this.#deps.book.playGrant(hashOf(token)) : null;
    const offer = offers.find(
      ({ content }) => content.contract === grant?.contract && content.contentId === grant.contentId,
    );
    if (grant && offer) return { ...grant, offer };
    const why = 'The token was replaced, or was never one for this file.';
    throw new PlayRefused(why, { reason: 'token', offers });
  }
}

/** The error where nothing is open: it names how to pay, where that is possible. */
function unpaid(found: readonly OwnOffer[]): NotOffered | PlayRefused {
  const offers = found.filter(isSoldByUnit);
  if (offers.length === 0)
    return new NotOffered('The file is priced by the minute, and this host does not sell minutes of it.');
  if (offers.every(({ terms }) => terms.retired)) {
    const why = 'The file is not sold any more; what was paid stays open.';
    return new PlayRefused(why, { reason: 'retired', offers });
  }
  return new PlayRefused('The file is sold, and this payer has not opened it.', { reason: 'unpaid', offers });
}

function behind(options?: ErrorOptions): MirrorBehind {
  return new MirrorBehind('The records lag behind the chain: what was paid may not be in them yet.', options);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
