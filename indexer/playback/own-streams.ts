import { getAddress } from 'ethers';
import { termsInForce } from '../contract/effective-terms.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { WriteUndone } from '../publishing/errors.ts';
import { requireSellable } from '../publishing/publication.ts';
import { streamAt } from '../publishing/streams.ts';
import type { NewServeWish, ServeWish } from '../store/book.ts';
import type { ContentRow, StreamRow } from '../store/store.ts';
import type { ServingCheck } from './serving-check.ts';
import type { ServingDeps } from './serving-deps.ts';
import { ServingRefused } from './serving-errors.ts';
import { createWishSigner, type SignWish } from './serving-signer.ts';

const TRIED_FOR_SEC = 7 * 86_400;

/** What the operator wishes of a listing: gas is the provider's own. */
export function ownWish(
  row: Pick<ContentRow, 'contract' | 'contentId' | 'cid' | 'cidKey' | 'creator'>,
  { provider, nowSec }: Pick<ServingDeps, 'provider' | 'nowSec'>,
): Omit<NewServeWish, 'ends'> {
  const { contract, contentId, cid, cidKey, creator } = row;
  const beneficiary = provider?.wallet ?? creator;
  const expiresAtSec = nowSec() + TRIED_FOR_SEC;
  return { contract, contentId, cid, cidKey, creator, beneficiary, clientIp: 'operator', expiresAtSec };
}

/** The streams that this host has registered for its provider. */
export class OwnStreams {
  readonly #deps: ServingDeps;
  readonly #check: ServingCheck;
  readonly #sign: SignWish;

  constructor(deps: ServingDeps, check: ServingCheck) {
    this.#deps = deps;
    this.#check = check;
    this.#sign = createWishSigner(deps);
  }

  /** As the records show it; `null` where there never was one. */
  async find({ contract, contentId, creator, beneficiary }: NewServeWish): Promise<StreamRow | null> {
    const { provider, store } = this.#deps;
    const { wallet } = provider ?? (await this.#check({ creator, beneficiary }));
    return await store.stream(contract, contentId, wallet);
  }

  /** Registers the stream, or moves it here. @throws {ServingRefused}, {MinuteNotSold} and what the writer throws */
  async begin(wish: ServeWish): Promise<StreamRow> {
    const { store } = this.#deps;
    const { contract, contentId, cid } = wish;
    const { wallet: provider, playUrl } = await this.#check(wish);
    const url = playUrl(cid);
    const row = () => store.stream(contract, contentId, provider);
    const before = await row();
    if (before?.active && before.url === url) return before;
    await this.#requireServable(wish);
    await this.#write(wish, streamAt(before, { contract, contentId, provider, url }));
    const stream = await row();
    if (!stream?.active) throw new WriteUndone(`The stream of ${cid}`);
    return stream;
  }

  /** @throws what the writer throws */
  async end(wish: ServeWish): Promise<StreamRow | null> {
    const before = await this.find(wish);
    if (!before?.active) return before;
    const { contract, contentId } = wish;
    const account = this.#deps.provider?.wallet ?? before.provider;
    await this.#write(wish, {
      calls: [{ name: 'deregisterStream', account, contract, args: { contentId } }],
    });
    return await this.find(wish);
  }

  async #write(wish: ServeWish, request: ReturnType<typeof streamAt>): Promise<void> {
    const { writer, chain } = this.#deps;
    const mined = await writer.write(request, await this.#sign(wish, request.calls[0]));
    crashPoint('serving.written');
    await chain.waitFor(mined?.blockNumber ?? (await chain.head()));
  }

  async #requireServable({ contract, contentId, cid, cidKey, creator }: ServeWish): Promise<void> {
    const { store, storage, isLocked, nowSec } = this.#deps;
    if ((await storage.stat(cidKey)) === null) {
      throw new ServingRefused(`The file ${cid} is not stored on this host.`, { objection: 'not here' });
    }
    if (await isLocked(cidKey, creator)) {
      const ways = `brings it by PUT /contents/${cid}/secret, or grants it where it is (npm run provide -- CID --from URL asks there)`;
      const how = `${getAddress(creator)} ${ways}, and then it is served.`;
      throw new ServingRefused(`${cid} is kept, and not sold until its secret is here: ${how}`, {
        objection: 'no keys',
      });
    }
    const listing = await store.contentById(contract, contentId);
    if (listing)
      await requireSellable(
        this.#deps,
        { creator, cid: { key: cidKey } },
        termsInForce(listing, nowSec()).unit,
      );
  }
}
