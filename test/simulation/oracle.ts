import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import type { Rpc } from '../../indexer/rpc/rpc.ts';
import type { NewReport } from '../../indexer/store/book.ts';
import { dump, MIRRORED } from '../indexer/store/dump.ts';
import { type Paths, SimHost } from './host.ts';

type Tables = Record<string, unknown[]>;

const TABLES = { ...MIRRORED, claim_delegates: 'block_number, log_index', indexed_logs: 'block_number' };

/** What the records of a host say, as far as it can be told from the chain and the reports alone. */
export async function recordsOf(host: SimHost, paths: Paths): Promise<Tables> {
  const tables = dump(paths.records, TABLES);
  const views = (tables.streaming_access_logs ?? []) as Record<string, unknown>[];
  // The number of a row leaves gaps where others were undone.
  const rows = views.map(({ seq: _, ...row }) => row);
  return {
    ...tables,
    streaming_access_logs: rows.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)),
    live: [...(await host.live.all())],
  };
}

/** The same of a host that sees the chain as it is now for the first time, and the reports before it. */
export async function freshRecords(
  paths: Paths,
  honest: Rpc,
  reports: readonly NewReport[],
): Promise<Tables> {
  const host = new SimHost(paths, [honest], { keepBlocks: 100_000 });
  try {
    for (const report of reports) await host.book.recordReport(report);
    for (let looks = 0; looks < 100; looks++) {
      const found = await host.look();
      if (found.kind === 'failed') throw found.error;
      if (found.kind === 'reached') return await recordsOf(host, paths);
    }
    throw new Error('the chain can not be read at once');
  } finally {
    await host.close();
  }
}

/** Of each table the rows that only one of them has; empty where they are the same. */
export function differences(found: Tables, expected: Tables): string[] {
  return Object.keys(expected).flatMap((table) => {
    const [ours, theirs] = [found[table] ?? [], expected[table] ?? []];
    if (isDeepStrictEqual(ours, theirs)) return [];
    const [few, all] = [new Set(ours.map((row) => textOf(row))), new Set(theirs.map((row) => textOf(row)))];
    const extra = [...few].filter((row) => !all.has(row));
    const missing = [...all].filter((row) => !few.has(row));
    return [`${table}: too much ${extra.slice(0, 2)} missing ${missing.slice(0, 2)}`];
  });
}

function textOf(row: unknown): string {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

/** How many logs of the chain up to this block the records say that they hold. */
export function countLogs(path: string, upTo: number): number {
  const db = new Database(path, { readonly: true });
  try {
    const sum = db.prepare('SELECT coalesce(sum(logs), 0) FROM indexed_logs WHERE block_number <= ?').pluck();
    return Number(sum.get(upTo));
  } finally {
    db.close();
  }
}
