import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentIdOf } from '../../indexer/contract/content-id.ts';
import { hostInterface } from '../../indexer/contract/interface.ts';
import type { NewReport } from '../../indexer/store/book.ts';
import { dump } from '../indexer/store/dump.ts';
import { report } from '../indexer/store/samples.ts';
import { pick, randomOf } from '../indexer/sync/hostile.ts';
import { hashOf, ownLogs, SimChain } from './chain.ts';
import { FeedClient } from './client.ts';
import { type Chance, CONTRACT, WALLETS } from './contract.ts';
import { type Character, characterOf, LIES, type LieName, SimEndpoint } from './endpoint.ts';
import { type Outcome, type Paths, SimHost } from './host.ts';
import { countLogs, differences, freshRecords, recordsOf } from './oracle.ts';

/** The looks that records need at the most once their endpoints answer well. */
const MAX_LOOKS = 600;
/** One of them alone: pauses between ranges that come side by side would mix up the order in which a seed decides. */
const PATIENT = { inFlight: 1, backoff: { minMs: 0, maxMs: 0, attempts: 4 } };
const SIDE_BY_SIDE = { inFlight: 3, backoff: { minMs: 0, maxMs: 0, attempts: 1 } };
export const HONEST: Character = {
  ...{ rate: 0, habit: null, maxRange: 100_000, ignoresAddress: false, hasReceipts: true, tellsFinal: true },
  ...{ follows: 1, tellsRemoved: false, balanced: false, lie: null, lieRate: 0 },
};

export interface SimulationOptions {
  /** What endpoints may always say falsely. By default what today's records see through. */
  lies?: readonly LieName[];
}

/** A seed whose records went wrong: run it again, and the same happens. */
export class SimulationFailure extends Error {
  constructor(seed: number, step: string, what: string, characters: readonly Character[]) {
    const of = characters.map((character) => JSON.stringify(character)).join('\n');
    super(`seed ${seed}, step ${step}: ${what}\n${of}`);
  }
}

const SEEN_THROUGH = (Object.keys(LIES) as LieName[]).filter((name) => !LIES[name].needsProof);

/**
 * A host behind endpoints that fail, lag and lie, on a chain that is reorganised, killed and started again as the seed has it.
 * Whenever it is ready its records hold what its chain holds, and in the end they are those of a fresh start.
 * @throws {SimulationFailure}
 */
export async function simulate(seed: number, { lies = SEEN_THROUGH }: SimulationOptions = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  const clock = virtualTime();
  const simulation = new Simulation(seed, folder, lies, clock);
  try {
    await simulation.run();
  } catch (error) {
    throw new SimulationFailure(seed, simulation.step, (error as Error).stack ?? '', simulation.characters);
  } finally {
    await simulation.close();
    clock.restore();
    rmSync(folder, { recursive: true });
  }
}

/** How long a chain was shorter is measured by `performance.now`: here it passes when the seed says so. */
function virtualTime() {
  const real = performance.now;
  let nowMs = 1_000;
  performance.now = () => nowMs;
  return {
    pass(ms: number) {
      nowMs += ms;
    },
    restore() {
      performance.now = real;
    },
  };
}

class Simulation {
  step = 'start';
  readonly #folder: string;
  readonly #clock: ReturnType<typeof virtualTime>;
  readonly #random: Chance;
  readonly #chain: SimChain;
  readonly #endpoints: SimEndpoint[];
  readonly #settings;
  readonly #paths: Paths;
  readonly #client = new FeedClient();
  readonly #reports: NewReport[] = [];
  readonly #busy: number;
  #host: SimHost;
  #opened = 0;
  #reached: { number: number; hash: string } | null = null;

  constructor(seed: number, folder: string, lies: readonly LieName[], clock: ReturnType<typeof virtualTime>) {
    const random = randomOf(seed);
    this.#folder = folder;
    this.#clock = clock;
    this.#random = random;
    const maxDepth = pick(random, [4, 16, 64]);
    this.#busy = 0.1 + random() * 0.6;
    this.#chain = new SimChain(random, maxDepth);
    this.#chain.grow(pick(random, [2, 30, 3 * maxDepth + 20]), this.#busy);
    this.#endpoints = [1, 2].map(() => new SimEndpoint(this.#chain, random, characterOf(random, lies)));
    if (random() < 0.3) this.#endpoints.pop();
    this.#settings = {
      keepBlocks: maxDepth + 2,
      confirmations: pick(random, [0, 0, 0, 2]),
      shorterChainTimeoutMs: 30_000,
      verifiedAtOnce: pick(random, [10, 60, 10_000]),
      historical: { initialWidth: pick(random, [5, 25]), ...pick(random, [PATIENT, SIDE_BY_SIDE]) },
    };
    this.#paths = { records: join(folder, 'records.sqlite'), book: join(folder, 'book.sqlite') };
    this.#host = this.#open();
  }

  get characters(): Character[] {
    return this.#endpoints.map(({ character }) => character);
  }

  async run(): Promise<void> {
    const rounds = 4 + Math.floor(this.#random() * 5);
    for (let round = 1; round <= rounds; round++) {
      await this.#happen(round);
      const looks = Math.floor(this.#random() * 12);
      for (let look = 1; look <= looks; look++) {
        await this.#look(`${round}.${look}`);
        if (this.#random() < 0.5) await this.#happen(round);
      }
      if (round === rounds || this.#random() < 0.3) await this.#settle(round);
    }
  }

  async close(): Promise<void> {
    await this.#host.close();
  }

  #open(): SimHost {
    return new SimHost(this.#paths, this.#endpoints, this.#settings, {
      onIndexed: ({ cursor }) => {
        this.#reached = cursor;
      },
    });
  }

  async #happen(round: number): Promise<void> {
    const [random, chain, busy] = [this.#random, this.#chain, this.#busy];
    const within = (most: number) => 1 + Math.floor(random() * most);
    const events: Record<string, () => unknown> = {
      grow: () => chain.grow(within(12), busy),
      'grow long': () => chain.grow(within(150), busy),
      reorganise: () =>
        chain.reorganise(within(pick(random, [2, 8, 64])), within(pick(random, [3, 20, 70])), busy),
      kill: () => this.#host.killAfter(within(pick(random, [10, 60, 400]))),
      restart: () => this.#restart(),
      'take time': () => this.#clock.pass(pick(random, [1_000, 31_000])),
      report: () => this.#report(),
    };
    const names = [...Object.keys(events), 'reorganise', 'report'];
    for (let happened = 0; happened < within(3); happened++) {
      const name = pick(random, names);
      this.step = `${round} ${name}`;
      await events[name]?.();
    }
  }

  async #look(step: string): Promise<Outcome> {
    this.step = `${step} of ${this.#chain.head} blocks`;
    this.#clock.pass(4_000);
    const found = await this.#host.look();
    if (found.kind === 'killed') await this.#restart();
    if ('isReady' in found && found.isReady) this.#checkCount();
    return found;
  }

  async #restart(): Promise<void> {
    await this.#host.close();
    this.#host = this.#open();
    this.#reached = await this.#host.store.cursor();
  }

  /** A host that is ready holds as many logs as the chain that it stands on. */
  #checkCount(): void {
    const { number, hash } = this.#reached ?? {};
    // It may have seen another chain just before.
    if (number === undefined || this.#chain.blocks[number]?.hash !== hash) return;
    const expected = ownLogs(this.#chain, number);
    const found = countLogs(this.#paths.records, number);
    if (found !== expected) throw new Error(`ready at block ${number} with ${found} of ${expected} logs`);
  }

  /** Once endpoints answer well, what they always say falsely apart, the records are those of a fresh start. */
  async #settle(round: number): Promise<void> {
    for (const endpoint of this.#endpoints) endpoint.calm = true;
    this.#chain.grow(1 + this.#settings.confirmations, this.#busy);
    const target = this.#chain.blocks[this.#chain.head - this.#settings.confirmations];
    let last: Outcome | undefined;
    for (let look = 1; ; look++) {
      last = await this.#look(`${round} calm.${look}`);
      const isThere = 'isReady' in last && last.isReady && this.#reached?.hash === target?.hash;
      if (isThere) break;
      if (look < MAX_LOOKS) continue;
      const why = last.kind === 'failed' ? (last.error as Error).stack : JSON.stringify(last);
      throw new Error(`not ready after ${look} looks: ${why}`);
    }
    await this.#compare(target?.number ?? 0);
    for (const endpoint of this.#endpoints) endpoint.calm = false;
  }

  async #compare(number: number): Promise<void> {
    const chain = { blocks: this.#chain.blocks.slice(0, number + 1), final: 0 } as unknown as SimChain;
    const honest = new SimEndpoint(chain, () => 0, HONEST);
    const name = join(this.#folder, `fresh-${++this.#opened}.sqlite`);
    const fresh = await freshRecords({ records: name, book: `${name}-book` }, honest, this.#reports);
    const found = await recordsOf(this.#host, this.#paths);
    const different = differences(found, fresh);
    if (different.length > 0) throw new Error(different.join('\n'));
    const readAll = async () => this.#shown();
    await this.#client.follow(this.#host.store, readAll);
    const shown = this.#shown();
    const inFeed = { views: [...this.#client.views].sort(), streams: [...this.#client.streams].sort() };
    const wrong = differences(inFeed, { views: shown.views.sort(), streams: shown.streams.sort() });
    if (wrong.length > 0) throw new Error(`the feed tells otherwise: ${wrong.join('\n')}`);
  }

  #shown(): { views: string[]; streams: [string, string][] } {
    const tables = dump(this.#paths.records);
    const views = (tables.streaming_access_logs ?? []) as { id: string; linked_to: string | null }[];
    const streams = (tables.streams ?? []) as Record<string, string | number>[];
    return {
      views: views.filter((row) => row.linked_to === null).map(({ id }) => id),
      streams: streams
        .filter(({ active }) => active === 1)
        .map(({ content_id, provider, url }) => [`${content_id} ${provider}`, String(url)]),
    };
  }

  /** A viewer reports a payment of its own, by its transaction, which may be taken back later. */
  async #report(): Promise<void> {
    // Of the newest as a rule: those may be taken back.
    const block = pick(this.#random, this.#chain.blocks.slice(this.#random() < 0.8 ? -6 : 0));
    const { transactionHash = null, logs = [] } = pick(this.#random, block.receipts) ?? {};
    const paid = logs.map((log) => hostInterface.parseLog(log)).find((event) => event?.name === 'ViewPaid');
    // Now and then what nobody has paid.
    const named = paid?.args.toObject() ?? {
      contentId: pick(this.#random, [...block.state.contents.keys()]),
      viewer: pick(this.#random, WALLETS),
      provider: pick(this.#random, WALLETS),
    };
    const [contentId, viewer, provider] = [named.contentId, named.viewer, named.provider].map((value) =>
      String(value).toLowerCase(),
    );
    const content = block.state.contents.get(contentId ?? '');
    if (!contentId || !viewer || !provider || !content) return;
    const made: NewReport = report({
      ...{ contract: CONTRACT, contentId, creator: content.creator, token: content.token, cid: content.cid },
      ...{ cidKey: content.cid, viewer, provider },
      ref: hashOf(`report ${this.#reports.length}`),
      viewTimeSec: block.timestampSec - 500_000 - 100_000 * this.#reports.length,
      txHash: transactionHash,
    });
    if (contentIdOf(content.creator, content.token, content.cid) !== contentId)
      throw new Error('no such content');
    this.#reports.push(made);
    await this.#host.book.recordReport(made);
  }
}
