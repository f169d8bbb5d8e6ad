import type { ContractWriter } from '../contract/calls/writer.ts';
import { termsInForce } from '../contract/effective-terms.ts';
import { crashPoint } from '../lib/crash-point.ts';
import type { MediaStorage } from '../media/storage.ts';
import { WriteUndone } from '../publishing/errors.ts';
import { requireSellable } from '../publishing/publication.ts';
import { streamAt } from '../publishing/streams.ts';
import type { IndexedChain } from '../store/indexed-chain.ts';
import type { Catalogue, NewServeWish, ServeWish, StreamRow } from '../store/store.ts';
import type { Provider } from './provider.ts';
import type { ServingCheck } from './serving-check.ts';
import { ServingRefused } from './serving-errors.ts';
import type { SignWish } from './serving-signer.ts';

export interface OwnStreamsDeps {
  /** `null` on a host that serves for nobody. */
  provider: Provider | null;
  check: ServingCheck;
  sign: SignWish;
  writer: ContractWriter;
  store: Pick<Catalogue, 'contentById' | 'stream'>;
  storage: Pick<MediaStorage, 'stat'>;
  chain: IndexedChain;
  nowSec(): number;
}

/** The streams that this host has registered for its provider. */
export class OwnStreams {
  readonly #deps: OwnStreamsDeps;

  constructor(deps: OwnStreamsDeps) {
    this.#deps = deps;
  }

  /** As the records show it; `null` where there never was one. */
  async find({ contract, contentId, creator, beneficiary }: NewServeWish): Promise<StreamRow | null> {
    const { check, provider, store } = this.#deps;
    const { wallet } = provider ?? (await check({ creator, beneficiary }));
    return await store.stream(contract, contentId, wallet);
  }

  /** Registers the stream, or moves it here. @throws {ServingRefused}, {MinuteNotSold} and what the writer throws */
  async begin(wish: ServeWish): Promise<StreamRow> {
    const { check, store } = this.#deps;
    const { contract, contentId, cid } = wish;
    const { wallet: provider, playUrl } = await check(wish);
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
    const { writer, sign, chain } = this.#deps;
    const mined = await writer.write(request, await sign(wish, request.calls[0]));
    crashPoint('serving.written');
    await chain.waitFor(mined?.blockNumber ?? (await chain.head()));
  }

  async #requireServable({ contract, contentId, cid, cidKey }: ServeWish): Promise<void> {
    const { store, storage, nowSec } = this.#deps;
    const listing = await store.contentById(contract, contentId);
    if (listing) requireSellable(termsInForce(listing, nowSec()).unit);
    if ((await storage.stat(cidKey)) !== null) return;
    throw new ServingRefused(`The file ${cid} is not stored on this host.`, { objection: 'not here' });
  }
}
