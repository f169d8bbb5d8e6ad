import { setTimeout as delay } from 'node:timers/promises';
import { type BenchCase, cost, type Measurement, median, rate } from './case.ts';
import { GENERATOR, type Load, load } from './rest/load.ts';
import { loadReports, registerForReports } from './rest/reports.ts';
import { openServers, type Server } from './rest/servers.ts';

const ROUNDS = 3;
const SECONDS = 3;
const QUIET_MS = 30_000;

interface Hosts {
  host: Server;
  cold: Server;
  main: Server;
  bare: Server;
}

/** One thing that is asked for, of ours and of the floor in turn. */
interface Ask {
  metric: string;
  ours(hosts: Hosts, round: number): Promise<Load>;
  floor?(hosts: Hosts): Promise<Load>;
  goal?: number;
  goalRatio?: number;
  p99?: { metric: string; goal: number };
}

/**
 * 1,000 contents with 100,000 views, asked for as fast as can be while 100 views a second are written, beside a server
 * of nothing but node:http that sends the same bytes; and reports to the host as it is, on its development chain.
 */
export const rest: BenchCase = {
  name: 'rest',
  by: GENERATOR,
  async run() {
    await using servers = await openServers();
    const host = await servers.start<{ cids: string[]; earners: string[] }>('host.ts');
    const cold = await servers.start('host.ts', 'cold');
    const bare = await servers.start('bare.ts');
    const main = await servers.startHost();
    await registerForReports(main);
    const { cids, earners } = host;
    const paths = {
      records: cids.map((cid) => `/api/get-records/cid/${cid}?limit=100`),
      contents: cids.map((cid) => `/contents/${cid}`),
      streams: cids.map((cid) => `/streams/${cid}`),
      earnings: earners.map((wallet) => `/wallets/${wallet}/earnings`),
      fromDb: cids.map((cid) => `/from-db/${cid}`),
    };
    const ready = [paths.records, paths.contents, paths.streams, paths.earnings].flat();
    for (const path of ready) bare.process.send([path, await bodyOf(host.url + path)]);
    const measured: Measurement[] = [];
    for (const ask of asks(paths)) measured.push(...(await measure(ask, { host, cold, main, bare })));
    return measured;
  },
};

function asks(paths: Record<'records' | 'contents' | 'streams' | 'earnings' | 'fromDb', string[]>): Ask[] {
  const get = (server: Server, what: keyof typeof paths) =>
    load(server.url, { method: 'GET', paths: paths[what] }, SECONDS);
  const same = (what: keyof typeof paths, metric: string, goalRatio: number): Ask => ({
    metric,
    goalRatio,
    ours: ({ host }) => get(host, what),
    floor: ({ bare }) => get(bare, what),
  });
  return [
    { ...same('records', 'getRecords.rps', 0.75), p99: { metric: 'getRecords.p99Ms', goal: 20 } },
    {
      metric: 'getRecordsCold.rps',
      goalRatio: 0.6,
      ours: ({ cold }) => get(cold, 'records'),
      floor: ({ bare }) => get(bare, 'fromDb'),
    },
    {
      ...same('records', 'getRecords.afterQuiet.rps', 0.75),
      async ours({ host }) {
        await get(host, 'records');
        await delay(QUIET_MS);
        return await get(host, 'records');
      },
    },
    same('contents', 'contents.rps', 0.6),
    same('streams', 'streams.rps', 0.6),
    same('earnings', 'earnings.rps', 0.6),
    {
      metric: 'recordView.rps',
      goal: 300,
      ours: ({ main }, round) =>
        loadReports(main, SECONDS, Math.floor(Date.now() / 1000) - round * 1_000_000),
    },
  ];
}

async function measure(ask: Ask, hosts: Hosts): Promise<Measurement[]> {
  const [ours, floor]: [Load[], Load[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    if (ask.floor) floor.push(await ask.floor(hosts));
    ours.push(await ask.ours(hosts, round));
  }
  const all = (loads: Load[], name: keyof Load) => loads.map((each) => each[name]);
  const { metric, goal = null, goalRatio, p99 } = ask;
  const rps = rate(metric, all(ours, 'rps'), '1/s', all(floor, 'rps'), goal);
  const measured = [{ ...rps, ...(goalRatio !== undefined && { goalRatio }) }];
  if (!p99) return measured;
  const latency = cost(p99.metric, median(all(ours, 'p99Ms')), 'ms', p99.goal, median(all(floor, 'p99Ms')));
  return [...measured, latency];
}

async function bodyOf(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status}`);
  return await answer.text();
}
