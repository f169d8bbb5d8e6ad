import { eventTopics } from '../../indexer/contract/decode/decode.ts';
import { createLiveFollower } from '../../indexer/live/follower.ts';
import { IndexProof } from '../../indexer/proof/index-proof.ts';
import { Proving } from '../../indexer/proof/proving.ts';
import { RpcError } from '../../indexer/rpc/errors.ts';
import { createFailoverRpc, type Rpc } from '../../indexer/rpc/rpc.ts';
import { openSqliteStores } from '../../indexer/store/sqlite/index.ts';
import { createBlockProjector } from '../../indexer/sync/block-projector.ts';
import { ChainSync, type IndexUpdate, type SyncSettings } from '../../indexer/sync/chain-sync.ts';
import { LogSource } from '../../indexer/sync/log-source.ts';
import { prepareRecords } from '../../indexer/sync/prepare.ts';
import { createKeptLive } from '../indexer/live/kept-live.ts';
import { silent } from '../indexer/sync/world.ts';
import { START_BLOCK } from './chain.ts';
import { CONTRACT, TOKENS } from './contract.ts';

export interface Paths {
  records: string;
  book: string;
}

/** What a look has found; `killed` where the process ended in it. */
export type Outcome =
  | { kind: 'killed' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'reached' | 'more' | 'waiting'; isReady: boolean };

export type Settings = Partial<SyncSettings>;

/** Of what an operator is told. */
type Warn = (facts: unknown, words: string) => void;

/** The part of a host that follows the chain, as one process holds it; it looks when it is told. */
export class SimHost {
  readonly #stores: ReturnType<typeof openSqliteStores>;
  readonly #proving: Proving;
  readonly #sync: ChainSync;
  readonly #source: LogSource;
  readonly #start: () => Promise<void>;
  readonly live = createKeptLive();
  #stepsToLive = Number.POSITIVE_INFINITY;
  readonly #killed = Promise.withResolvers<Outcome>();
  #isStarted = false;

  constructor(
    paths: Paths,
    given: readonly Rpc[],
    settings: Settings,
    { onIndexed = () => {}, warn = silent.warn }: { onIndexed?(update: IndexUpdate): void; warn?: Warn } = {},
  ) {
    this.#stores = openSqliteStores(paths);
    const rpc = this.#mortal(createFailoverRpc(given));
    const endpoints = given.map((one, index) => ({ name: String(index), rpc: this.#mortal(one) }));
    const store = this.#mortal(this.#stores.store);
    const source = new LogSource({ rpc, addresses: [CONTRACT], topics: eventTopics });
    const log = { ...silent, warn: (...said: unknown[]) => warn(said[0], String(said[1])) };
    const common = { source, rpc, store, log, contracts: [CONTRACT], startBlock: START_BLOCK };
    const proving = new Proving({ ...common, endpoints, pauseMs: 0 });
    const proof = new IndexProof({ ...common, proving });
    const live = createLiveFollower(store, this.#mortal(this.live));
    const deployments = [{ address: CONTRACT, startBlock: START_BLOCK }];
    const project = createBlockProjector(store, (token) => token === TOKENS[0]);
    this.#sync = new ChainSync({
      ...settings,
      ...{ source, store, live, completeness: proof, deployments, project, onIndexed },
    });
    this.#proving = proving;
    this.#source = source;
    this.#start = async () => {
      await prepareRecords(source, store, deployments);
      await store.setKnownCoins([TOKENS[0]]);
      await proof.start();
      await live.repair();
    };
  }

  get store() {
    return this.#stores.store;
  }

  get book() {
    return this.#stores.book;
  }

  /** Up to this block the records are proven. */
  get provenTo(): number {
    return this.#proving.unprovenFrom() - 1;
  }

  /** It ends after so many more steps: asked, answered, or read from and written to a store. */
  killAfter(steps: number): void {
    this.#stepsToLive = steps;
  }

  /** As an indexer does it: what can't be read is asked of another endpoint, and a host that can't start begins again. */
  async look(): Promise<Outcome> {
    return await Promise.race([this.#look(), this.#killed.promise]);
  }

  async close(): Promise<void> {
    await this.#stores.store.close();
    await this.#stores.book.close();
  }

  async #look(): Promise<Outcome> {
    try {
      if (!this.#isStarted) await this.#start();
      this.#isStarted = true;
      const { state, doubt } = await this.#sync.look(new AbortController().signal);
      const isCompared = (await this.store.unverifiedBlocks()) === null;
      const isReady = state === 'reached' && doubt === null && isCompared;
      return { kind: state, isReady };
    } catch (error) {
      if (!(error instanceof RpcError)) this.#source.switchEndpoint();
      return { kind: 'failed', error };
    }
  }

  /** The same object, of which each call is two steps: what comes after the last one never happens. */
  #mortal<Part extends object>(part: Part): Part {
    return new Proxy(part, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'switchEndpoint') return value.bind(target);
        return async (...args: unknown[]) => {
          await this.#step();
          const result = await value.apply(target, args);
          await this.#step();
          return result;
        };
      },
    });
  }

  async #step(): Promise<void> {
    this.#stepsToLive -= 1;
    if (this.#stepsToLive > 0) return;
    this.#killed.resolve({ kind: 'killed' });
    await new Promise(() => {});
  }
}
