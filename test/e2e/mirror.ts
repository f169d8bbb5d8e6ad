import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { eventually, getJson, type HostProcess } from './host.ts';

/** What mirrors the chain, in an order that does not depend on how it was written. */
const MIRROR: Readonly<Record<string, string>> = {
  content_metadata: 'contract, content_id',
  announced_units: 'contract, content_id, announced_at, block_number, log_index',
  streams: 'contract, content_id, provider',
  streaming_access_logs: 'block_number, log_index, item',
  credits: 'account, contract, token',
  earnings_daily: 'wallet, day, contract, token, role',
  withdrawals: 'block_number, log_index',
  channels: 'contract, channel_id',
  channel_events: 'block_number, log_index',
  chain_cursor: 'one',
};

/** Waits until the host's records show the chain's head. */
export async function indexedAll(host: HostProcess): Promise<void> {
  interface Readiness {
    parts: { indexer: { lag_blocks: number } };
  }
  const lag = async () => (await getJson<Readiness>(`${host.url}/readyz`)).parts.indexer.lag_blocks;
  expect(await eventually(5_000, lag, (blocks) => blocks === 0)).to.equal(0);
}

/** Every on-chain row of the records, by table. */
export function mirror(dataDir: string): Record<string, unknown[]> {
  const db = new Database(join(dataDir, 'records.sqlite'), { readonly: true });
  try {
    const rows = (table: string, order: string) => {
      const own = table === 'streaming_access_logs' ? "WHERE source <> 'reported'" : '';
      return db.prepare(`SELECT * FROM ${table} ${own} ORDER BY ${order}`).all().map(onChain);
    };
    return Object.fromEntries(Object.entries(MIRROR).map(([table, order]) => [table, rows(table, order)]));
  } finally {
    db.close();
  }
}

/**
 * Reports are not on chain: the number of a history row counts those before it, and a sponsored view is the viewer's own
 * where the viewer has reported it.
 */
function onChain(row: unknown): unknown {
  const { seq: _, attributed: __, ...rest } = row as Record<string, unknown>;
  return rest;
}
