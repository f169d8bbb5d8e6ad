import type { BaseLogger } from 'pino';
import type { Store, StreamRow } from '../../store/store.ts';
import type { Provider } from '../provider.ts';

interface Deps {
  store: Pick<Store, 'activeStreams'>;
  provider: Provider | null;
  chain: { onIndexed(listener: () => void): unknown; status(): { synced: boolean } };
  log: Pick<BaseLogger, 'warn' | 'info'>;
  nowSec(): number;
  /** Nobody else can have streams of this wallet. */
  isAlone: boolean;
}

/** A provider may have very many streams: they are looked through no more often while none is elsewhere. */
const LOOK_EVERY_SEC = 5;

/**
 * Streams of this host's provider that lead to the gate of another host. One provider wallet has one book: two that sell for one
 * deposit would both open units for it, and the chain pays one of them.
 */
export class Elsewhere {
  readonly #deps: Deps;
  #found: readonly StreamRow[] = [];
  #lookedAtSec = Number.NEGATIVE_INFINITY;
  #isChanged = true;

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.chain.onIndexed(() => {
      this.#isChanged = true;
    });
  }

  /** Whether this host sells nothing: its operator has to move them first, or let them be. */
  async keepsFromSelling(): Promise<boolean> {
    return !this.#deps.isAlone && (await this.streams()).length > 0;
  }

  /** As they were found some seconds ago, or now. */
  async streams(): Promise<readonly StreamRow[]> {
    const { provider, chain, nowSec } = this.#deps;
    const isFresh = this.#found.length === 0 && nowSec() - this.#lookedAtSec < LOOK_EVERY_SEC;
    if (provider === null || !this.#isChanged || isFresh) return this.#found;
    this.#isChanged = false;
    // Records that are not read to their end yet lack the streams of their end.
    if (chain.status().synced) this.#lookedAtSec = nowSec();
    return await this.#look(provider);
  }

  async #look({ wallet, isElsewhere }: Provider): Promise<readonly StreamRow[]> {
    const { store, log, isAlone } = this.#deps;
    const before = this.#found.length;
    const all = await store.activeStreams({ provider: wallet });
    this.#found = all.filter(({ url, cidKey }) => isElsewhere(url, cidKey));
    const [first] = this.#found;
    if (!isAlone && first !== undefined && before === 0) {
      const facts = { streams: this.#found.length, provider: wallet, stream_url: first.url };
      log.warn(
        facts,
        'nothing is sold: streams of this provider lead to another address; --take-over moves them here',
      );
    }
    if (!isAlone && first === undefined && before > 0)
      log.info({ provider: wallet }, 'it is sold again: no stream leads elsewhere');
    return this.#found;
  }
}
