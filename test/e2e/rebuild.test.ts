import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';
import { readmeBlocks, runBlock } from './readme.ts';

/** What mirrors the chain, in an order that does not depend on how it was written. */
const MIRROR: Readonly<Record<string, string>> = {
  content_metadata: 'contract, content_id',
  streams: 'contract, content_id, provider',
  streaming_access_logs: 'block_number, log_index, item',
  credits: 'account, contract, token',
  earnings_daily: 'wallet, day, contract, token, role',
  withdrawals: 'block_number, log_index',
  chain_cursor: 'one',
};

describe('the records, dropped', () => {
  let dataDir: string;
  before(async () => {
    dataDir = await dataFolder();
  });
  after(() => removeFolder(dataDir));

  it('are rebuilt from the chain, every on-chain row the same', async () => {
    await withHost(dataDir, async (host) => {
      for (const block of readmeBlocks('The circle, call by call')) await runBlock(block, host);
    });
    const before = mirror(dataDir);
    expect(before.content_metadata).to.have.length(1);
    expect(before.streaming_access_logs).to.have.length(2);
    expect(before.withdrawals).to.have.length(2);

    for (const end of ['', '-wal', '-shm']) await rm(join(dataDir, `records.sqlite${end}`), { force: true });
    await withHost(dataDir, async () => {});
    expect(mirror(dataDir)).to.deep.equal(before);
  }).timeout(180_000);
});

/** Works with a host, waits until it has indexed everything, and stops it. */
async function withHost(dataDir: string, work: (host: HostProcess) => Promise<void>): Promise<void> {
  const host = await startHost({ dataDir });
  try {
    await work(host);
    await indexedAll(host);
  } finally {
    await host.end('SIGTERM');
  }
}

async function indexedAll(host: HostProcess): Promise<void> {
  interface Readiness {
    parts: { indexer: { lag_blocks: number } };
  }
  const lag = async () => (await getJson<Readiness>(`${host.url}/readyz`)).parts.indexer.lag_blocks;
  expect(await eventually(5_000, lag, (blocks) => blocks === 0)).to.equal(0);
}

function mirror(dataDir: string): Record<string, unknown[]> {
  const db = new Database(join(dataDir, 'records.sqlite'), { readonly: true });
  try {
    const rows = (table: string, order: string) => {
      const own = table === 'streaming_access_logs' ? "WHERE source <> 'reported'" : '';
      return db.prepare(`SELECT * FROM ${table} ${own} ORDER BY ${order}`).all().map(withoutSequence);
    };
    return Object.fromEntries(Object.entries(MIRROR).map(([table, order]) => [table, rows(table, order)]));
  } finally {
    db.close();
  }
}

/** The number of a history row also counts the reports before it, which are not on chain. */
function withoutSequence(row: unknown): unknown {
  const { seq: _, ...rest } = row as Record<string, unknown>;
  return rest;
}
