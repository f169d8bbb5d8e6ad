import type { BaseLogger } from 'pino';
import { TaskSet } from '../../lib/tasks.ts';
import type { StreamHealths } from '../../store/book.ts';
import type { Store, StreamRow } from '../../store/store.ts';
import type { Provider } from '../provider.ts';
import { lookAt } from './look.ts';
import type { LookDeps } from './looking.ts';
import { nextLookSec, verdictOf } from './rules.ts';
import type { StreamHealth } from './stream-health.ts';

interface Deps extends LookDeps {
  store: Pick<Store, 'activeStreams' | 'contentById'>;
  book: Pick<StreamHealths, 'probeOf' | 'forgetProbes'>;
  health: Pick<StreamHealth, 'noteProbe'>;
  provider: Provider | null;
  /** Each stream is looked at about once in so long. */
  everySec: number;
  /** Whether the records show all of the chain: what they lack may have moved. */
  isReady(): boolean;
  log: Pick<BaseLogger, 'warn'>;
}

const PAGE = 100;
/** So much is walked through at a time, where nothing is due. */
const MAX_PAGES = 10;
const MAX_AT_A_TIME = 4;
/** What nobody has looked at for so long is said to be unchecked. */
const KEPT_ROUNDS = 24;

/** Looks at registered streams now and then, one at a time of each host. */
export class Probing {
  readonly #deps: Deps;
  readonly #looks = new TaskSet();
  /** Hosts that are being asked. */
  readonly #busy = new Set<string>();
  #after: StreamRow | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Begins to look at the next stream that is due, if there is one. Never rejects. @returns whether it did */
  async begin(): Promise<boolean> {
    const { isReady, log } = this.#deps;
    if (!isReady() || this.#busy.size >= MAX_AT_A_TIME) return false;
    try {
      const stream = await this.#nextDue();
      if (stream === null) return false;
      const host = hostOf(stream);
      this.#busy.add(host);
      const look = this.look(stream).finally(() => this.#busy.delete(host));
      void this.#looks
        .track(look)
        .catch((error) => log.warn({ err: error }, 'a stream could not be looked at'));
      return true;
    } catch (error) {
      log.warn({ err: error }, 'streams could not be looked at, trying again');
      return false;
    }
  }

  /** Looks at one now, and notes what it finds. */
  async look(stream: StreamRow): Promise<void> {
    const { store, health, everySec, nowSec } = this.#deps;
    const { contract, contentId, provider, cidKey, url } = stream;
    const listing = await store.contentById(contract, contentId);
    const { findings, latencyMs } = await lookAt(stream, listing, this.#deps);
    const verdict = verdictOf(findings);
    const checkedAtSec = nowSec();
    const nextAtSec = checkedAtSec + nextLookSec(verdict.state, everySec, Math.random());
    await health.noteProbe({
      ...{ contract, contentId, provider, cidKey, url, latencyMs, checkedAtSec, nextAtSec },
      ...verdict,
    });
  }

  /** Forgets what is too old to be said of anybody. */
  async forget(): Promise<void> {
    const { book, everySec, nowSec } = this.#deps;
    await book.forgetProbes(nowSec() - KEPT_ROUNDS * everySec);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#looks.idle();
  }

  /** Walks on through all streams, and begins anew behind the last. */
  async #nextDue(): Promise<StreamRow | null> {
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = await this.#deps.store.activeStreams({ limit: PAGE, after: this.#after });
      for (const stream of page) {
        this.#after = stream;
        if (await this.#isDue(stream)) return stream;
      }
      if (page.length < PAGE) {
        this.#after = undefined;
        await this.forget();
        return null;
      }
    }
    return null;
  }

  async #isDue(stream: StreamRow): Promise<boolean> {
    const { provider, book, nowSec } = this.#deps;
    // What this host serves itself it checks as it reads it.
    if (provider?.isOwn(stream.url, stream.cidKey) || this.#busy.has(hostOf(stream))) return false;
    const probe = await book.probeOf(stream);
    return probe === null || probe.url !== stream.url || probe.nextAtSec <= nowSec();
  }
}

function hostOf({ url }: StreamRow): string {
  return URL.parse(url)?.hostname ?? '';
}
