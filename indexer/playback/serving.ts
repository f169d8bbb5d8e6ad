import { randomBytes } from 'node:crypto';
import type { BaseWallet } from 'ethers';
import type { BaseLogger } from 'pino';
import { RelayRefused, SignatureRefused } from '../chain/call-errors.ts';
import type { CallCheck } from '../chain/callcheck.ts';
import { ContractRevert } from '../chain/revert.ts';
import { typedDataOf, type WalletCall } from '../chain/signedcalls.ts';
import type { ContractWriter, Signed } from '../chain/writer.ts';
import { crashPoint } from '../crashpoint.ts';
import { MinuteNotSold, WriteUndone } from '../listing/errors.ts';
import { requireSellable } from '../listing/publication.ts';
import { streamAt } from '../listing/streams.ts';
import { orAbort } from '../storage/source.ts';
import type { MediaStorage } from '../storage/storage.ts';
import type { Catalogue, NewServeWish, ServeWish, ServeWishes, StreamRow } from '../store/store.ts';
import { termsInForce } from '../terms.ts';
import { createTurns } from '../turns.ts';
import type { ServingCheck } from './serving-check.ts';
import { ServingRefused } from './serving-errors.ts';

/** Registers this host's own streams: what it was asked to serve, once that can be paid for. */
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
   * Remembers the wish and fulfils it now.
   * @throws {ServingRefused}, {MinuteNotSold} and what the writer throws; the wish stays where a later try may do
   */
  serve(wish: NewServeWish): Promise<StreamRow>;
  /** Tries all wishes whose content is published. It never rejects: what fails is logged and tried again. */
  fulfil(): Promise<void>;
}

export interface ServingDeps {
  check: ServingCheck;
  /** Signs as the provider, or as its delegate; `null` where nobody needs to sign, or nobody can. */
  signer: Pick<BaseWallet, 'signTypedData'> | null;
  writer: ContractWriter;
  store: Pick<Catalogue, 'contentById' | 'stream'> & ServeWishes;
  storage: Pick<MediaStorage, 'stat'>;
  chain: {
    chainId: number;
    /** Number of the newest block. */
    head(): Promise<number>;
    /** Resolves when the store shows the block. */
    waitFor(block: number): Promise<void>;
  };
  callCheck: Pick<CallCheck, 'headTimeSec'>;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
  /** Ends all trying. */
  signal: AbortSignal;
}

const GOOD_FOR_SEC = 3_600;
/** With less a signature may be over before it is mined. */
const ROOM_SEC = 120;
const NONCE_BYTES = 16;
const AT_ONCE = 8;
const AGAIN_SEC = 30;
/** Only the operator can change what is in the way. */
const MUCH_LATER_SEC = 600;

export function createServing(deps: ServingDeps): Serving {
  const { check, store, storage, writer, chain, log, nowSec, signal } = deps;
  const turns = createTurns();
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  /** One content after the other, so that two creators of one CID don't both find it free. */
  function register(wish: ServeWish): Promise<StreamRow> {
    return turns.take(wish.cidKey, async () => {
      const { contract, contentId, cid, cidKey } = wish;
      await chain.waitFor(await chain.head());
      const provider = await check(wish);
      const url = provider.playUrl(cid);
      const row = () => store.stream(contract, contentId, provider.wallet);
      const before = await row();
      const stands = before?.active === true && before.url === url;
      if (!stands) {
        await requireServable(wish);
        const wanted = streamAt(before, { contract, contentId, provider: provider.wallet, url });
        const mined = await writer.write(wanted, await signedFor(wish, wanted.calls[0]));
        crashPoint('serving.registered');
        await chain.waitFor(mined?.blockNumber ?? (await chain.head()));
      }
      const stream = stands ? before : await row();
      if (!stream?.active) throw new WriteUndone(`The stream of ${cidKey}`);
      await store.dropServeWish(contract, contentId);
      return stream;
    });
  }

  async function requireServable({ contract, contentId, cid, cidKey }: ServeWish): Promise<void> {
    const listing = await store.contentById(contract, contentId);
    if (listing) requireSellable(termsInForce(listing, nowSec()).unit);
    if ((await storage.stat(cidKey)) === null) {
      throw new ServingRefused('not here', `The file ${cid} is not stored on this host.`);
    }
  }

  /** By the nonce that the records hold, so that one call is signed however often it is tried. */
  async function signedFor(wish: ServeWish, call: WalletCall): Promise<Signed | undefined> {
    if (deps.signer === null || writer.unsigned) return undefined;
    const { nonce, deadlineSec } = await authorized(wish);
    const by = { nonce, deadlineSec: BigInt(deadlineSec) };
    const { domain, types, message } = typedDataOf(call, chain.chainId, by);
    const { EIP712Domain: _, ...own } = types;
    const signature = await deps.signer.signTypedData(domain, own, message);
    return { ...by, signature, origin: wish.origin, beneficiary: wish.beneficiary };
  }

  async function authorized({ contract, contentId, authorization }: ServeWish) {
    const chainSec = Math.max(nowSec(), await deps.callCheck.headTimeSec());
    if (authorization && authorization.deadlineSec > chainSec + ROOM_SEC) return authorization;
    const nonce = BigInt(`0x${randomBytes(NONCE_BYTES).toString('hex')}`);
    const fresh = { nonce, deadlineSec: chainSec + GOOD_FOR_SEC };
    await store.authorizeServeWish(contract, contentId, fresh);
    crashPoint('serving.authorized');
    return fresh;
  }

  async function remembered(wish: NewServeWish): Promise<ServeWish> {
    await check(wish);
    await store.wishToServe(wish);
    crashPoint('serving.wished');
    return (await store.serveWish(wish.contract, wish.contentId)) ?? { ...wish, authorization: null };
  }

  async function attempt(wish: ServeWish): Promise<void> {
    const { contract, contentId, cid } = wish;
    try {
      await orAbort(register(wish), signal);
      log.info({ cid, content_id: contentId }, 'a content is served, as was asked for');
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, cid, content_id: contentId }, 'a content could not be served');
      if (isFinal(error)) return await store.dropServeWish(contract, contentId);
      if (error instanceof SignatureRefused) {
        // Its nonce is gone, or its time is over: the next try signs anew.
        await store.authorizeServeWish(contract, contentId, { nonce: 0n, deadlineSec: 0 });
      }
      await store.putOffServeWish(contract, contentId, nowSec() + againInSec(error));
    }
  }

  async function run(): Promise<void> {
    if (signal.aborted) return;
    await store.dropOverdueServeWishes(nowSec());
    while (!signal.aborted) {
      const ripe = await store.ripeServeWishes({ nowSec: nowSec(), limit: AT_ONCE });
      if (ripe.length === 0) return;
      await Promise.all(ripe.map(attempt));
    }
  }

  return {
    check,
    async wish(wish) {
      const { contract, contentId } = wish;
      const known = await remembered(wish);
      if ((await store.contentById(contract, contentId)) === null) return null;
      return await register(known).catch(async (error: unknown) => {
        if (!isFinal(error)) {
          log.warn({ err: error, cid: wish.cid, content_id: contentId }, 'a content is served later');
          return null;
        }
        await store.dropServeWish(contract, contentId);
        throw error;
      });
    },
    async serve(wish) {
      const known = await remembered(wish);
      return await register(known).catch(async (error: unknown) => {
        if (isFinal(error)) await store.dropServeWish(wish.contract, wish.contentId);
        throw error;
      });
    },
    fulfil() {
      next ??= last.then(async () => {
        next = undefined;
        await run().catch((error: unknown) => {
          if (!signal.aborted) log.warn({ err: error }, 'wishes to serve could not be looked through');
        });
      });
      last = next;
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
