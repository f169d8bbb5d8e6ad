import type { BaseLogger } from 'pino';
import { RelayRefused, SignatureRefused } from '../contract/calls/call-errors.ts';
import { ContractRevert } from '../contract/calls/revert.ts';
import type { ContractWriter } from '../contract/calls/writer.ts';
import { termsInForce } from '../contract/effective-terms.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { KeyedMutex, Mutex } from '../lib/keyed-mutex.ts';
import { orAbort } from '../lib/with-timeout.ts';
import type { MediaStorage } from '../media/storage.ts';
import { MinuteNotSold, WriteUndone } from '../publishing/errors.ts';
import { requireSellable } from '../publishing/publication.ts';
import { streamAt } from '../publishing/streams.ts';
import type { Catalogue, NewServeWish, ServeWish, ServeWishes, StreamRow } from '../store/store.ts';
import { createLeaving, type LeavingDeps } from './leaving.ts';
import type { Provider } from './provider.ts';
import type { ServingCheck } from './serving-check.ts';
import { ServingRefused } from './serving-errors.ts';
import type { SignWish } from './serving-signer.ts';

/** Registers this host's own streams, and ends them: what it was asked to serve, once that can be paid for. */
export interface Serving {
  /** @throws {ServingRefused} */
  readonly check: ServingCheck;
  /**
   * Remembers the wish, and fulfils it where the content is published and nothing is in the way.
   * @returns `null` where that comes later: when the content is published, or at the next try.
   * @throws {ServingRefused}
   */
  wish(wish: NewServeWish): Promise<StreamRow | null>;
  /**
   * Remembers the wish, for an end or a beginning, and fulfils it now.
   * @returns the stream as it stands then; `null` where there never was one.
   * @throws {ServingRefused}, {MinuteNotSold} and what the writer throws; the wish stays where a later try may do
   */
  fulfilNow(wish: NewServeWish): Promise<StreamRow | null>;
  /** Removes a file that was here to be served by this host alone, and is needed no more. */
  removeUnlessNeeded(cidKey: string): Promise<void>;
  /** Tries all wishes whose content is published. It never rejects: what fails is logged and tried again. */
  fulfil(): Promise<void>;
}

export interface ServingDeps extends LeavingDeps {
  check: ServingCheck;
  sign: SignWish;
  writer: ContractWriter;
  store: LeavingDeps['store'] & Pick<Catalogue, 'contentById' | 'stream'> & ServeWishes;
  storage: LeavingDeps['storage'] & Pick<MediaStorage, 'stat'>;
  chain: {
    /** Number of the newest block. */
    head(): Promise<number>;
    /** Resolves when the store shows the block. */
    waitFor(block: number): Promise<void>;
  };
  log: Pick<BaseLogger, 'info' | 'warn'>;
  /** Ends all trying. */
  signal: AbortSignal;
}

const AT_ONCE = 8;
const AGAIN_SEC = 30;
/** Only the operator can change what is in the way. */
const MUCH_LATER_SEC = 600;

export function createServing(deps: ServingDeps): Serving {
  const { check, store, writer, chain, log, nowSec, signal } = deps;
  const turns = new KeyedMutex();
  const leaving = createLeaving(deps);
  const runs = new Mutex();
  let next: Promise<void> | undefined;

  /** One content after the other, so that two creators of one CID don't both find it free. */
  function bringAbout(wish: NewServeWish): Promise<StreamRow | null> {
    return turns.run(wish.cidKey, async () => {
      const { contract, contentId } = wish;
      await chain.waitFor(await chain.head());
      const current = await store.serveWish(contract, contentId);
      const stream = current && (await (current.ends ? end(current) : begin(current)));
      if (current?.ends) await leaving.removeUnlessNeeded(wish.cidKey);
      if (current) await store.dropServeWish(current);
      const { wallet } = await requireProvider(wish);
      return stream ?? (await store.stream(contract, contentId, wallet));
    });
  }

  async function begin(wish: ServeWish): Promise<StreamRow> {
    const { contract, contentId, cid } = wish;
    const provider = await check(wish);
    const url = provider.playUrl(cid);
    const row = () => store.stream(contract, contentId, provider.wallet);
    const before = await row();
    if (before?.active && before.url === url) return before;
    await requireServable(wish);
    const wanted = streamAt(before, { contract, contentId, provider: provider.wallet, url });
    await write(wish, wanted);
    const stream = await row();
    if (!stream?.active) throw new WriteUndone(`The stream of ${cid}`);
    return stream;
  }

  async function end(wish: ServeWish): Promise<StreamRow | null> {
    const { contract, contentId } = wish;
    const { wallet } = await requireProvider(wish);
    const row = () => store.stream(contract, contentId, wallet);
    const before = await row();
    if (!before?.active) return before;
    await write(wish, {
      calls: [{ name: 'deregisterStream', account: wallet, contract, args: { contentId } }],
    });
    return await row();
  }

  async function write(wish: ServeWish, wanted: ReturnType<typeof streamAt>): Promise<void> {
    const mined = await writer.write(wanted, await deps.sign(wish, wanted.calls[0]));
    crashPoint('serving.written');
    await chain.waitFor(mined?.blockNumber ?? (await chain.head()));
  }

  async function requireProvider({ creator, beneficiary }: NewServeWish): Promise<Provider> {
    return deps.provider ?? (await check({ creator, beneficiary }));
  }

  async function requireServable({ contract, contentId, cid, cidKey }: ServeWish): Promise<void> {
    const listing = await store.contentById(contract, contentId);
    if (listing) requireSellable(termsInForce(listing, nowSec()).unit);
    if ((await deps.storage.stat(cidKey)) !== null) return;
    throw new ServingRefused('not here', `The file ${cid} is not stored on this host.`);
  }

  async function remember(wish: NewServeWish): Promise<void> {
    if (!wish.ends) await check(wish);
    await store.wishToServe(wish);
    crashPoint('serving.wished');
  }

  function removeUnlessNeeded(cidKey: string): Promise<void> {
    return turns.run(cidKey, () => leaving.removeUnlessNeeded(cidKey));
  }

  /** What will never be done is forgotten, and with it a file that was here for it alone. */
  async function giveUp(wish: NewServeWish): Promise<void> {
    await store.dropServeWish(wish);
    await removeUnlessNeeded(wish.cidKey);
  }

  async function attempt(wish: ServeWish): Promise<void> {
    const { contract, contentId, cid } = wish;
    const facts = { cid, content_id: contentId };
    try {
      await orAbort(bringAbout(wish), signal);
      log.info(facts, wish.ends ? 'a content is served no more' : 'a content is served, as was asked for');
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, ...facts }, 'what a content was to be served for could not be done');
      if (isFinal(error)) return await giveUp(wish);
      if (error instanceof SignatureRefused) {
        // Its nonce is gone, or its time is over: the next try signs anew.
        await store.authorizeServeWish(contract, contentId, { nonce: 0n, deadlineSec: 0 });
      }
      await store.putOffServeWish(contract, contentId, nowSec() + againInSec(error));
    }
  }

  async function run(): Promise<void> {
    if (signal.aborted) return;
    for (const cidKey of await store.dropOverdueServeWishes(nowSec())) await removeUnlessNeeded(cidKey);
    while (!signal.aborted) {
      const ripe = await store.ripeServeWishes({ nowSec: nowSec(), limit: AT_ONCE });
      if (ripe.length === 0) return;
      await Promise.all(ripe.map(attempt));
    }
  }

  async function doneOrGivenUp(wish: NewServeWish): Promise<StreamRow | null> {
    return await bringAbout(wish).catch(async (error: unknown) => {
      if (isFinal(error)) await giveUp(wish);
      throw error;
    });
  }

  return {
    check,
    removeUnlessNeeded,
    async fulfilNow(wish) {
      await remember(wish);
      return await doneOrGivenUp(wish);
    },
    async wish(wish) {
      const { contract, contentId, cid } = wish;
      await remember(wish);
      if ((await store.contentById(contract, contentId)) === null) return null;
      return await doneOrGivenUp(wish).catch((error: unknown) => {
        if (isFinal(error)) throw error;
        log.warn({ err: error, cid, content_id: contentId }, 'a content is served later');
        return null;
      });
    },
    fulfil() {
      next ??= runs.run(async () => {
        next = undefined;
        await run().catch((error: unknown) => {
          if (!signal.aborted) log.warn({ err: error }, 'wishes to serve could not be looked through');
        });
      });
      return next;
    },
  };
}

/** No later try would end otherwise. */
function isFinal(error: unknown): boolean {
  if (error instanceof ServingRefused) return error.objection === 'for another';
  if (error instanceof ContractRevert) return error.errorName !== 'UnknownError';
  return error instanceof MinuteNotSold;
}

function againInSec(error: unknown): number {
  if (error instanceof ServingRefused) return MUCH_LATER_SEC;
  return (error instanceof RelayRefused ? error.retryAfterSec : null) ?? AGAIN_SEC;
}
