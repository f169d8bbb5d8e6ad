// Five million views in the records, in a process of its own: argv is the folder. Says how fast the last of them were
// written, and how many bytes each takes.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { IndexedBlock, RowChange } from '../../indexer/store/rows.ts';
import { openSqliteStore } from '../../indexer/store/sqlite/index.ts';

const [folder = '', count = '5000000'] = process.argv.slice(2);
const VIEWS = Number(count);
/** About 8,000 rows a commit, as in a backfill. */
const A_BLOCK = 200;
const A_COMMIT = 40 * A_BLOCK;
const MEASURED = 200_000;
const START_SEC = 1_790_000_000;

/** Looks like a hash, and no two are the same. */
const hex = (kind: number, number: number, digits: number) =>
  `0x${((number + 1) * 0x9e3779b1).toString(16)}${kind}`.padEnd(2 + digits, '5eed');
const many = (count: number, kind: number, digits = 40) =>
  Array.from({ length: count }, (_, number) => hex(kind, number, digits));
const [CONTENTS, VIEWERS, PROVIDERS, CREATORS] = [
  many(1_000, 4, 64),
  many(100_000, 3),
  many(200, 5),
  many(300, 6),
];
const CIDS = CONTENTS.map((id) => `bafybei${id.slice(2, 54)}`);
const CONTRACT = hex(1, 0, 40);
const TOKEN = hex(7, 0, 40);
const one = (names: readonly string[], number: number) => names[number % names.length] ?? '';

function viewOf(number: number): RowChange {
  const cid = one(CIDS, number);
  // In no order, as people come.
  const viewer = one(VIEWERS, number * 7_919);
  const amount = 10n ** 15n;
  return {
    table: 'streaming_access_logs',
    key: { block_number: blockOf(number), log_index: number % A_BLOCK, item: 0 },
    set: {
      ...{ source: 'direct', contract: CONTRACT, content_id: one(CONTENTS, number), cid, cid_key: cid },
      ...{ blockchain_address: viewer, payer: viewer, provider_wallet: one(PROVIDERS, number) },
      ...{
        creator_wallet: one(CREATORS, number),
        token: TOKEN,
        price: amount,
        units: 1,
        amount,
      },
      ...{
        creator_amount: (amount * 7n) / 10n,
        provider_amount: (amount * 3n) / 10n,
        attributed: 0,
        ref: null,
      },
      ...{ timestamp: START_SEC + 12 * blockOf(number), tx_hash: hex(8, number, 64) },
      block_hash: hex(9, blockOf(number), 64),
    },
    earnedAtSec: START_SEC + 12 * blockOf(number),
  };
}

function blockOf(view: number): number {
  return 1 + Math.floor(view / A_BLOCK);
}

function blocksFrom(first: number): IndexedBlock[] {
  return Array.from({ length: A_COMMIT / A_BLOCK }, (_, index) => {
    const number = blockOf(first) + index;
    const [hash, parentHash] = [hex(9, number, 64), hex(9, number - 1, 64)];
    const changes = Array.from({ length: A_BLOCK }, (__, nth) => viewOf(first + index * A_BLOCK + nth));
    return { number, hash, parentHash, timestampSec: START_SEC + 12 * number, changes, logs: A_BLOCK };
  });
}

const path = join(folder, 'records.sqlite');
const store = openSqliteStore({ path });
let measuredMs = 0;
for (let view = 0; view < VIEWS; view += A_COMMIT) {
  const blocks = blocksFrom(view);
  const startMs = performance.now();
  await store.commitBlocks(blocks, { undoable: false });
  if (view >= VIEWS - MEASURED) measuredMs += performance.now() - startMs;
}
await store.close();
const db = new Database(path, { readonly: true });
const pages = (name: string) => Number(db.pragma(name, { simple: true }));
const bytes = (pages('page_count') - pages('freelist_count')) * pages('page_size');
process.send?.({ insertsPerSec: MEASURED / (measuredMs / 1_000), bytesPerView: bytes / VIEWS });
db.close();
process.once('disconnect', () => process.exit());
