import type { BaseLogger } from 'pino';
import { SingleFlight } from '../../lib/tasks.ts';
import type { Releases } from '../../store/book/releases.ts';
import type { Store, StreamRow } from '../../store/store.ts';
import type { Provider } from '../provider.ts';

interface Deps {
  store: Pick<Store, 'streamsApart'>;
  /** Of what is sold there it knows nothing, also once they are back. */
  book: Pick<Releases, 'noteSoldElsewhere'>;
  provider: Provider | null;
  chain: { onIndexed(listener: () => void): unknown; status(): { synced: boolean } };
  log: Pick<BaseLogger, 'warn' | 'info'>;
  nowSec(): number;
  /** Nobody else can have streams of this wallet. */
  isAlone: boolean;
}

/** It is looked no more often while there is none. */
const LOOK_EVERY_SEC = 5;

/**
 * Streams of this host's provider that lead to the gate of another host. One provider wallet has one book: two that sell for one
 * deposit would both open units for it, and the chain pays one of them.
 */
export class Elsewhere {
  readonly #deps: Deps;
  readonly #looking = new SingleFlight<StreamRow | null>();
  #first: StreamRow | null = null;
  #lookedAtSec = Number.NEGATIVE_INFINITY;
  #changes = 1;
  /** So many of them are seen. */
  #seen = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.chain.onIndexed(() => {
      this.#changes += 1;
    });
  }

  /** Whether this host sells nothing: its operator has to move them first, or let them be. */
  async keepsFromSelling(): Promise<boolean> {
    return !this.#deps.isAlone && (await this.first()) !== null;
  }

  /** One of them, as it was found some seconds ago, or now. */
  async first(): Promise<StreamRow | null> {
    const { provider, nowSec } = this.#deps;
    const isFresh = this.#first === null && nowSec() - this.#lookedAtSec < LOOK_EVERY_SEC;
    if (provider === null || this.#changes === this.#seen || isFresh) return this.#first;
    return await this.#looking.run('', () => this.#look(provider));
  }

  /** All that there are now. */
  async all(): Promise<StreamRow[]> {
    const { provider } = this.#deps;
    const found = provider === null ? [] : await this.#find(provider);
    if (found.length > 0) await this.#note();
    return found;
  }

  /** What fails, or comes meanwhile, is looked for again. */
  async #look(provider: Provider): Promise<StreamRow | null> {
    const { chain, nowSec } = this.#deps;
    const [changes, nowAtSec, { synced }] = [this.#changes, nowSec(), chain.status()];
    const [found = null] = await this.#find(provider, 1);
    if ((found === null) !== (this.#first === null)) await this.#note();
    this.#tell(provider, found);
    this.#first = found;
    this.#seen = changes;
    // Records that are not read to their end yet lack the streams of their end.
    if (synced) this.#lookedAtSec = nowAtSec;
    return found;
  }

  /** What begins with its own address is either its own or no gate's. */
  #find({ wallet, playUrl, isElsewhere }: Provider, limit?: number): Promise<StreamRow[]> {
    const query = { provider: wallet, base: playUrl(''), fits: isElsewhere };
    return this.#deps.store.streamsApart({ ...query, ...(limit !== undefined && { limit }) });
  }

  async #note(): Promise<void> {
    const { book, isAlone, nowSec } = this.#deps;
    if (!isAlone) await book.noteSoldElsewhere(nowSec());
  }

  #tell({ wallet: provider }: Provider, found: StreamRow | null): void {
    const { log, isAlone } = this.#deps;
    if (isAlone || (found === null) === (this.#first === null)) return;
    if (found === null) log.info({ provider }, 'it is sold again: no stream leads elsewhere');
    else
      log.warn(
        { provider, stream_url: found.url },
        'nothing is sold: streams of this provider lead to another address; --take-over moves them here',
      );
  }
}
