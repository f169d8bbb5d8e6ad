import Database from 'better-sqlite3';
import { expect } from 'chai';
import { createMemoryCounters } from '../../../indexer/counters/memory.ts';
import { readiness } from '../../../indexer/http/routes/readiness.ts';
import { HttpRpc } from '../../../indexer/rpc/http.ts';
import { createFailoverRpc } from '../../../indexer/rpc/rpc.ts';
import { type AnvilNode, startAnvilNode } from './anvil-node.ts';
import { hostileEndpoint, pick, randomOf } from './hostile.ts';
import { forwardTo, type RpcProxy, startProxy } from './proxy.ts';
import { busyDay } from './story.ts';
import { until } from './until.ts';
import { type Process, startWorld, type World } from './world.ts';

const GIVEN = process.env.HOSTILE_SEED;
const COUNT = process.env.FULL ? 100 : 3;
const SEEDS = GIVEN ? [Number(GIVEN)] : Array.from({ length: COUNT }, (_, index) => index + 1);
const TIMEOUT_MS = 100;
/** For a machine that does much else. */
const PATIENCE_MS = 30_000;
const GONE = 'http://127.0.0.1:1';
/** What hosts wait for as long as endpoints need. */
const QUICK = {
  pollMs: 2,
  retry: { minMs: 1, maxMs: 8 },
  historical: { initialWidth: 40, backoff: { minMs: 1, maxMs: 4, attempts: 4 } },
};

describe('records behind hostile endpoints', () => {
  let node: AnvilNode;
  before(async () => {
    node = await startAnvilNode();
  });
  after(() => node.stop());

  for (const seed of SEEDS) {
    it(`are never ready without what the chain holds, and whole in the end (HOSTILE_SEED=${seed})`, async () => {
      const random = randomOf(seed);
      const endpoints = [hostileEndpoint(random), hostileEndpoint(random)];
      const world = await startWorld(node);
      const proxies = await Promise.all(endpoints.map(() => startProxy(forwardTo(node.url))));
      try {
        await busyDay(world);
        await node.mine(pick(random, [0, 150, 400]));
        for (const [index, { disturbance }] of endpoints.entries()) proxies[index]?.disturb(disturbance);
        const process = await started(() =>
          world.startIndexer({
            ...QUICK,
            rpc: rpcOf(proxies, random),
            keepBlocks: pick(random, [16, 64]),
            verifiedAtOnce: pick(random, [60, 10_000]),
          }),
        );
        const observer = observerOf(process);
        process.indexer.onIndexed(observer.look);
        for (const proxy of proxies) proxy.onCall(observer.look);
        for (const act of [() => busyDay(world), () => severalInABlock(world)]) {
          await act();
          await until(
            'some answers',
            () => proxies.flatMap(({ bodies }) => bodies).length > 100,
            PATIENCE_MS,
          );
          for (const endpoint of endpoints) endpoint.calm(true);
          await until('ready at the head', () => isReady(process), PATIENCE_MS);
          for (const proxy of proxies) proxy.bodies.length = 0;
          for (const endpoint of endpoints) endpoint.calm(false);
        }
        for (const endpoint of endpoints) endpoint.calm(true);
        await until('ready at the head', () => isReady(process), PATIENCE_MS);
        const rows = await process.settled();
        const honest = await world.fromScratch({ rpc: new HttpRpc({ url: node.url }) });
        expect(withoutSequence(rows)).to.deep.equal(withoutSequence(honest));
        await process.stop();
        observer.check();
      } catch (cause) {
        const characters = endpoints.map(({ character }) => character).join('\n');
        throw new Error(`HOSTILE_SEED=${seed}: ${(cause as Error).message}\n${characters}`, { cause });
      } finally {
        for (const proxy of proxies) await proxy.stop();
        await world.close();
      }
    });
  }
});

/** Two endpoints, and one more that is gone, in any order. */
function rpcOf(proxies: readonly RpcProxy[], random: () => number) {
  const urls = proxies.map(({ url }) => url);
  urls.splice(Math.floor(random() * 3), 0, GONE);
  return createFailoverRpc(urls.map((url) => new HttpRpc({ url, timeoutMs: TIMEOUT_MS })));
}

/** As a supervisor does it: a host that can't start behind such endpoints is started again. */
async function started(start: () => Promise<Process>): Promise<Process> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === 50) throw error;
    }
  }
}

function isReady({ indexer }: Process): boolean {
  const { synced, verifiedTo, indexed, head } = indexer.status();
  return synced && verifiedTo === indexed && indexed === head;
}

/** Payments of several wallets and a withdrawal, all in one block. */
async function severalInABlock(world: World): Promise<void> {
  const { node, creator, viewer, sponsor, provider } = world;
  const contentId = await world.publish('paid by many at once');
  await node.send('evm_setAutomine', false);
  const sent = [viewer, sponsor, creator, provider].map((one) => world.pay(contentId, { viewer: one }));
  const pending = async () =>
    Number(((await node.send('txpool_status')) as { pending: string }).pending) === sent.length;
  while (!(await pending()));
  await node.mine(1);
  await Promise.all(sent);
  await node.send('evm_setAutomine', true);
}

interface Snapshot {
  indexed: number;
  events: number;
}

interface Observer {
  /** Notes what the records hold, if /readyz would answer 200 now. */
  look(): void;
  /** Compares what was noted with what the records hold in the end. */
  check(): void;
}

function observerOf({ indexer, store, book, live, path }: Process): Observer {
  const seen: Snapshot[] = [];
  const db = new Database(path, { readonly: true });
  const tables = ['streaming_access_logs', 'withdrawals', 'channel_events'];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table} WHERE block_number <= :block)`);
  const count = db.prepare<[{ block: number }], number>(`SELECT ${counts.join(' + ')}`).pluck();
  const eventsUpTo = (block: number) => count.get({ block }) ?? 0;
  const up = { name: 'none', ping: async () => undefined };
  const storage = { ipfs: up };
  const counters = createMemoryCounters();

  async function observe(): Promise<void> {
    let now: Snapshot | undefined;
    const chain = {
      name: 'anvil',
      status() {
        const status = indexer.status();
        now = { indexed: status.indexed ?? 0, events: eventsUpTo(status.indexed ?? 0) };
        return status;
      },
    };
    const common = { store, book, disk: up, live, counters, storage, nowSec: () => 0 };
    const parts = { ...common, chain } as unknown as Parameters<typeof readiness>[0];
    const { ready } = await readiness(parts);
    if (ready && now) seen.push(now);
  }

  return {
    look: () => void observe(),
    check() {
      expect(seen).not.to.deep.equal([]);
      for (const { indexed, events } of seen)
        expect(events, `rows up to block ${indexed}, when ready`).to.equal(eventsUpTo(indexed));
      db.close();
    },
  };
}

/** The number of a view leaves a gap where the records were undone. */
function withoutSequence(rows: Record<string, unknown[]>): Record<string, unknown[]> {
  const views = (rows.streaming_access_logs ?? []) as { seq: number }[];
  return { ...rows, streaming_access_logs: views.map(({ seq: _, ...row }) => row) };
}
