import type { BaseLogger } from 'pino';
import { NotServing } from '../../publishing/errors.ts';
import type { Takedown, Takedowns as TakedownBook } from '../../store/book.ts';
import type { Store } from '../../store/store.ts';
import type { Provider } from '../provider.ts';
import type { Providing } from '../providing.ts';

export interface TakedownDeps {
  store: Pick<Store, 'activeStreams'>;
  book: Pick<TakedownBook, 'takeDown' | 'liftTakedown' | 'takedownOf'>;
  provider: Provider | null;
  providing: Pick<Providing, 'stop'>;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
}

/** What an operator asks for. */
export interface TakedownOrder {
  cid: { text: string; key: string };
  reason: string | null;
  /** Who it is. */
  by: string;
}

/** A content as it stands here. */
export interface TakedownState {
  /** `null`: it is not taken down. */
  takedown: Takedown | null;
  /** URLs of this host's streams of it that the records still show. */
  streams: string[];
}

/** Takes contents off this host, and ends that. */
export class Takedowns {
  readonly #deps: TakedownDeps;

  constructor(deps: TakedownDeps) {
    this.#deps = deps;
  }

  async stateOf(cidKey: string): Promise<TakedownState> {
    const { store, book, provider } = this.#deps;
    const takedown = await book.takedownOf(cidKey);
    if (provider === null) return { takedown, streams: [] };
    const active = await store.activeStreams({ cidKey, provider: provider.wallet });
    const own = active.filter(({ url }) => provider.isOwn(url, cidKey));
    return { takedown, streams: own.map(({ url }) => url) };
  }

  /** In force when this returns. Streams that could not be ended yet are named, and ended later. */
  async takeDown({ cid, reason, by }: TakedownOrder): Promise<TakedownState> {
    const { book, log, nowSec } = this.#deps;
    await book.takeDown({ cidKey: cid.key, cid: cid.text, reason, takenBy: by, takenAtSec: nowSec() });
    const facts = { cid: cid.text, reason, by };
    log.info(facts, 'a content is taken off this host');
    await this.#endStreams(cid).catch((error: unknown) => {
      log.warn({ err: error, ...facts }, 'the stream of a content that is taken down ends later');
    });
    return await this.stateOf(cid.key);
  }

  /** @returns false where it was not taken down. */
  async lift({ cid, by }: Omit<TakedownOrder, 'reason'>): Promise<boolean> {
    const { book, log } = this.#deps;
    const isLifted = await book.liftTakedown(cid.key);
    if (isLifted) log.info({ cid: cid.text, by }, 'a content is no longer taken off this host');
    return isLifted;
  }

  async #endStreams(cid: TakedownOrder['cid']): Promise<void> {
    await this.#deps.providing.stop({ cid }).catch((error: unknown) => {
      if (!(error instanceof NotServing)) throw error;
    });
  }
}
