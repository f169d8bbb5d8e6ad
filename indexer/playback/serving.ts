import { RelayRefused, SignatureRefused } from '../contract/calls/call-errors.ts';
import { ContractRevert } from '../contract/calls/revert.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { KeyedMutex, Mutex } from '../lib/locks/keyed-mutex.ts';
import { repeat } from '../lib/repeat.ts';
import { orAbort } from '../lib/with-timeout.ts';
import { MinuteNotSold } from '../publishing/errors.ts';
import type { NewServeWish, ServeWish } from '../store/book.ts';
import { catchUp } from '../store/indexed-chain.ts';
import { ripeServeWishes } from '../store/joins.ts';
import type { StreamRow } from '../store/store.ts';
import { removeUnlessNeeded } from './leaving.ts';
import { OwnStreams } from './own-streams.ts';
import { createServingCheck, type ServingCheck } from './serving-check.ts';
import type { ServingDeps } from './serving-deps.ts';
import { ServingRefused } from './serving-errors.ts';
import { wishToEndTakenDown } from './takedown/end-streams.ts';
import { TakenDown } from './takedown/taken-down.ts';

/** How often it is looked for what could not be done before. */
const LOOK_EVERY_MS = 10_000;
const AT_ONCE = 8;
const AGAIN_SEC = 30;
/** Only the operator can change what is in the way. */
const MUCH_LATER_SEC = 600;

/**
 * Registers this host's own streams, and ends them: what it was asked to serve, once the records show that it can be
 * done and paid for.
 */
export class Serving {
  /** @throws {ServingRefused} */
  readonly check: ServingCheck;
  readonly #deps: ServingDeps;
  readonly #streams: OwnStreams;
  /** One content after the other, so that two creators of one CID don't both find it free. */
  readonly #mutex = new KeyedMutex();
  readonly #runs = new Mutex();
  #next: Promise<void> | undefined;

  constructor(deps: ServingDeps) {
    this.check = createServingCheck(deps);
    this.#deps = deps;
    this.#streams = new OwnStreams(deps, this.check);
  }

  /** To be called once the host listens, and knows its own address. @returns what ends it. */
  start(): () => Promise<void> {
    const fulfil = () => this.fulfil();
    this.#deps.chain.onIndexed(() => void fulfil());
    return repeat(LOOK_EVERY_MS, fulfil);
  }

  /**
   * Remembers the wish, and fulfils it where the content is published and nothing is in the way.
   * @returns `null` where that comes later: when the content is published, or at the next try.
   * @throws {ServingRefused}
   */
  async wish(wish: NewServeWish): Promise<StreamRow | null> {
    const { store } = this.#deps;
    const { contract, contentId, cid } = wish;
    await this.#remember(wish);
    if ((await store.contentById(contract, contentId)) === null) return null;
    return await this.#doneOrGivenUp(wish).catch((error: unknown) => {
      if (isFinal(error)) throw error;
      this.#tell(error, { cid, content_id: contentId }, 'a content is served later');
      return null;
    });
  }

  /**
   * Remembers the wish, for an end or a beginning, and fulfils it now.
   * @returns the stream as it stands then; `null` where there never was one.
   * @throws {ServingRefused}, {MinuteNotSold} and what the writer throws; the wish stays where a later try may do
   */
  async fulfilNow(wish: NewServeWish): Promise<StreamRow | null> {
    await this.#remember(wish);
    return await this.#doneOrGivenUp(wish);
  }

  /** Removes a file that was here to be served by this host alone, and is needed no more. */
  removeUnlessNeeded(cidKey: string): Promise<void> {
    return this.#mutex.run(cidKey, () => removeUnlessNeeded(this.#deps, cidKey));
  }

  /** Tries all wishes whose content is published. It never rejects: what fails is logged and tried again. */
  fulfil(): Promise<void> {
    const { log, signal } = this.#deps;
    this.#next ??= this.#runs.run(async () => {
      this.#next = undefined;
      await this.#run().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'wishes to serve could not be looked through');
      });
    });
    return this.#next;
  }

  async #remember(wish: NewServeWish): Promise<void> {
    if (!wish.ends) await this.check(wish);
    await this.#deps.book.wishToServe(wish);
    crashPoint('serving.wished');
  }

  async #doneOrGivenUp(wish: NewServeWish): Promise<StreamRow | null> {
    return await this.#bringAbout(wish).catch(async (error: unknown) => {
      if (isFinal(error)) await this.#giveUp(wish);
      throw error;
    });
  }

  #bringAbout(wish: NewServeWish): Promise<StreamRow | null> {
    const { book, chain } = this.#deps;
    const streams = this.#streams;
    return this.#mutex.run(wish.cidKey, async () => {
      await catchUp(chain);
      const current = await book.serveWish(wish.contract, wish.contentId);
      const stream = current && (await (current.ends ? streams.end(current) : streams.begin(current)));
      if (current?.ends) await removeUnlessNeeded(this.#deps, wish.cidKey);
      if (current) await book.dropServeWish(current);
      return stream ?? (await streams.find(wish));
    });
  }

  /** What will never be done is forgotten, and with it a file that was here for it alone. */
  async #giveUp(wish: NewServeWish): Promise<void> {
    await this.#deps.book.dropServeWish(wish);
    await this.removeUnlessNeeded(wish.cidKey);
  }

  async #run(): Promise<void> {
    const { book, nowSec, signal } = this.#deps;
    if (signal.aborted) return;
    await this.#deps.elsewhere.first(); // says so in the log, where nobody asks for anything
    await wishToEndTakenDown(this.#deps);
    for (const cidKey of await book.dropOverdueServeWishes(nowSec())) await this.removeUnlessNeeded(cidKey);
    while (!signal.aborted) {
      const ripe = await ripeServeWishes(this.#deps, { nowSec: nowSec(), limit: AT_ONCE });
      if (ripe.length === 0) return;
      await Promise.all(ripe.map((wish) => this.#attempt(wish)));
    }
  }

  /** A secret that is still to come is how things go, and no fault. */
  #tell(error: unknown, facts: { cid: string; content_id: string }, message: string): void {
    const { log } = this.#deps;
    if (error instanceof ServingRefused && error.objection === 'no keys') {
      log.info(facts, 'a content is kept, and not sold until its secret is here');
    } else log.warn({ err: error, ...facts }, message);
  }

  async #attempt(wish: ServeWish): Promise<void> {
    const { book, log, nowSec, signal } = this.#deps;
    const { contract, contentId, cid } = wish;
    const facts = { cid, content_id: contentId };
    try {
      await orAbort(this.#bringAbout(wish), signal);
      log.info(facts, wish.ends ? 'a content is served no more' : 'a content is served, as was asked for');
    } catch (error) {
      if (signal.aborted) return;
      this.#tell(error, facts, 'what a content was to be served for could not be done');
      if (isFinal(error)) return await this.#giveUp(wish);
      if (error instanceof SignatureRefused) {
        // Its nonce is gone, or its time is over: the next try signs anew.
        await book.authorizeServeWish(contract, contentId, { nonce: 0n, deadlineSec: 0 });
      }
      await book.putOffServeWish(contract, contentId, nowSec() + againInSec(error));
    }
  }
}

/** No later try would end otherwise. */
function isFinal(error: unknown): boolean {
  if (error instanceof ServingRefused) return error.objection === 'for another';
  if (error instanceof ContractRevert) return error.errorName !== 'UnknownError';
  return error instanceof MinuteNotSold || error instanceof TakenDown;
}

function againInSec(error: unknown): number {
  if (error instanceof ServingRefused) return MUCH_LATER_SEC;
  return (error instanceof RelayRefused ? error.retryAfterSec : null) ?? AGAIN_SEC;
}
