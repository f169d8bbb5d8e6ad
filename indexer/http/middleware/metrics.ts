import { formatEther } from 'ethers';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { IndexingStatus } from '../deps.ts';

export interface Metrics {
  /** @param route the template, `/streams/{cid}`: a path would be a series for each CID. */
  observe(answer: RequestLabels, seconds: number): void;
  readonly contentType: string;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
}

export interface RequestLabels {
  method: string;
  route: string;
  status: number;
  /** From the cache. */
  isCached: boolean;
}

interface Observed {
  status(): IndexingStatus;
  /** How many contents are taken off this host. */
  takedowns(): Promise<number>;
  /** How many streams the last look found so, by state. */
  looks(): Promise<Readonly<Record<string, number>>>;
  /** Of how many streams a wrong key is proven. */
  proven(): Promise<number>;
  /** What is signed for the provider and not paid, by coin and state. */
  vouchers(): Promise<VoucherLevel[]>;
  /** Since the book was copied last, or begun. */
  backupAgeSec(): Promise<number>;
  /** For gas. */
  operatorBalance(): { wallet: string; wei: bigint } | null;
  /** On the disk of DATA_DIR. */
  freeBytes(): Promise<number>;
}

export interface VoucherLevel {
  contract: string;
  token: string;
  state: string;
  vouchers: number;
  /** How long ago the oldest of them was opened. */
  oldestSec: number;
  /** In the coin's unit, as near as a float comes. */
  amount: number;
}

export function createMetrics(observed: Observed): Metrics {
  const { status, takedowns, looks, proven, vouchers, backupAgeSec, operatorBalance, freeBytes } = observed;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the arrival of the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [registry],
  });
  const ready = new Counter({
    name: 'http_ready_answers_total',
    help: 'Answers that were kept ready; they have no line in the log',
    labelNames: ['route'],
    registers: [registry],
  });
  gauge(registry, 'chain_head_block', 'The highest block seen on the chain', () => status().head);
  gauge(
    registry,
    'indexer_indexed_block',
    'The last block whose events are in the records',
    () => status().indexed,
  );
  gauge(
    registry,
    'indexer_verified_block',
    'Up to this block the records are proven to hold the events of the chain',
    () => status().verifiedTo,
  );
  gauge(registry, 'indexer_synced', '1 while the records show all of the chain', () =>
    Number(status().synced),
  );
  gauge(registry, 'takedowns', 'Contents that the operator has taken off this host', takedowns);
  looksGauge(registry, looks);
  gauge(registry, 'streams_proven', 'Streams of which a wrong key is proven here', proven);
  const levels = sharedCall(vouchers);
  const count = { name: 'vouchers', help: 'Vouchers that are not paid' };
  voucherGauge(registry, count, levels, (level) => level.vouchers);
  const age = { name: 'vouchers_oldest_seconds', help: 'Since the oldest of these was opened' };
  voucherGauge(registry, age, levels, (level) => level.oldestSec);
  const amount = { name: 'vouchers_amount', help: "What these come to, in the coin's unit" };
  voucherGauge(registry, amount, levels, (level) => level.amount);
  const since = 'Since the book was last copied by npm run backup, or begun';
  gauge(registry, 'book_backup_age_seconds', since, backupAgeSec);
  balanceGauge(registry, operatorBalance);
  gauge(registry, 'data_dir_free_bytes', 'What is free on the disk of DATA_DIR', freeBytes);
  return {
    observe({ isCached, ...labels }, value) {
      seconds.observe(labels, value);
      if (isCached) ready.inc({ route: labels.route });
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

/** Who asks while it runs gets what it finds: all gauges are read at once. */
function sharedCall<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return async () => {
    running ??= call().finally(() => {
      running = null;
    });
    return await running;
  };
}

type Value = number | null;

function gauge(registry: Registry, name: string, help: string, value: () => Value | Promise<Value>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set((await value()) ?? Number.NaN);
    },
  });
}

/** None without a key, or while nobody knows. */
function balanceGauge(registry: Registry, balance: Observed['operatorBalance']): void {
  new Gauge({
    name: 'operator_balance',
    help: "What the operator's wallet holds for gas, in the chain's coin",
    labelNames: ['wallet'],
    registers: [registry],
    collect() {
      const held = balance();
      this.reset();
      if (held) this.set({ wallet: held.wallet }, Number(formatEther(held.wei)));
    },
  });
}

function looksGauge(registry: Registry, looks: Observed['looks']): void {
  new Gauge({
    name: 'streams_looked_at',
    help: 'Registered streams by what the last look has found',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      for (const [state, count] of Object.entries(await looks())) this.set({ state }, count);
    },
  });
}

/** One series for each coin and state. */
function voucherGauge(
  registry: Registry,
  { name, help }: { name: string; help: string },
  levels: Observed['vouchers'],
  measure: (level: VoucherLevel) => number,
): void {
  new Gauge({
    name,
    help,
    labelNames: ['contract', 'token', 'state'],
    registers: [registry],
    async collect() {
      const found = await levels();
      this.reset();
      for (const level of found) {
        const { contract, token, state } = level;
        this.set({ contract, token, state }, measure(level));
      }
    },
  });
}
