import type Database from 'better-sqlite3';
import { decodeCursor, type List, pageOf } from '../cursor.ts';
import type { Earnings, History, Page, ViewQuery, ViewRow, ViewSource } from '../store.ts';

const COLUMN_OF = {
  cid: 'cid_key',
  provider: 'provider_wallet',
  viewer: 'blockchain_address',
  creator: 'creator_wallet',
} as const;

const COLUMNS = [
  ...['seq', 'id', 'source', 'contract', 'content_id', 'cid', 'blockchain_address', 'provider_wallet'],
  ...[
    'creator_wallet',
    'token',
    'price',
    'units',
    'amount',
    'creator_amount',
    'provider_amount',
    'timestamp',
  ],
  ...['settled', 'tx_hash', 'block_number'],
];

/** What `toView` takes of a row `view`, and no more: a page is mostly the making of its texts. */
export const VIEW_COLUMNS = `${COLUMNS.map((name) => `view.${name}`).join(', ')},
      (SELECT count(*) FROM streaming_access_logs report WHERE report.linked_to = view.id) AS reported_units`;

/** Pages of views: one walk along one index, no matter how deep. Exported for the test of its plan. */
export function viewsSql(by: ViewQuery['by'], columns = VIEW_COLUMNS): string {
  return `
    SELECT ${columns}
    FROM streaming_access_logs view
    WHERE linked_to IS NULL AND ${COLUMN_OF[by]} = ? AND timestamp >= ? AND (timestamp, seq) < (?, ?)
    ORDER BY timestamp DESC, seq DESC LIMIT ?`;
}

export function history(db: Database.Database): History {
  const pages = preparePages<LogRecord>(db, VIEW_COLUMNS);
  const places = preparePages<Place>(db, 'seq, timestamp');
  const byKey = db.prepare<[number], LogRecord>(
    `SELECT ${VIEW_COLUMNS} FROM streaming_access_logs view WHERE seq = ?`,
  );
  const credits = db.prepare<[string], CreditRecord>(
    'SELECT contract, token, credited, withdrawn FROM credits WHERE account = ? ORDER BY contract, token',
  );
  const daily = db.prepare<[string], DayRecord>(
    `SELECT day, contract, token, role, amount FROM earnings_daily WHERE wallet = ?
      ORDER BY day DESC, contract, token, role`,
  );

  function read(key: number): ViewRow {
    const row = byKey.get(key);
    if (!row) throw new Error(`view ${key} is gone while a page of it is read`);
    return toView(row);
  }

  return {
    async views(query) {
      const { rows, nextCursor } = walk(pages, query);
      return { rows: rows.map(toView), nextCursor };
    },

    async viewsBeside(known, query) {
      const { rows, nextCursor } = walk(places, query);
      return { rows: rows.map(({ seq }) => (known.has(seq) ? seq : read(seq))), nextCursor };
    },

    async earnings(wallet): Promise<Earnings> {
      const account = wallet.toLowerCase();
      return {
        byToken: credits.all(account).map((row) => ({
          ...row,
          credited: BigInt(row.credited),
          withdrawn: BigInt(row.withdrawn),
        })),
        byDay: daily.all(account).map((row) => ({ ...row, amount: BigInt(row.amount) })),
      };
    },
  };
}

interface Place {
  seq: number;
  timestamp: number;
}

type Pages<Row> = Record<ViewQuery['by'], Database.Statement<[string, number, number, number, number], Row>>;

function preparePages<Row>(db: Database.Database, columns: string): Pages<Row> {
  const prepare = (by: ViewQuery['by']) =>
    db.prepare<[string, number, number, number, number], Row>(viewsSql(by, columns));
  return {
    cid: prepare('cid'),
    provider: prepare('provider'),
    viewer: prepare('viewer'),
    creator: prepare('creator'),
  };
}

function walk<Row extends Place>(pages: Pages<Row>, query: ViewQuery): Page<Row> {
  const [beforeSec, beforeSeq] = pageStart(query);
  const key = query.by === 'cid' ? query.key : query.key.toLowerCase();
  const found = pages[query.by].all(key, query.fromSec ?? 0, beforeSec, beforeSeq, query.limit + 1);
  return pageOf(found, query.limit, listOf(query), (row) => [row.timestamp, row.seq]);
}

/** Where a page begins: below the last row of the page before, and never at `toSec` or later. */
function pageStart(query: ViewQuery): [number, number] {
  const { toSec = Number.MAX_SAFE_INTEGER, cursor } = query;
  if (cursor === undefined) return [toSec, 0];
  const [sec, seq] = decodeCursor(cursor, listOf(query));
  return sec < toSec ? [sec, seq] : [toSec, 0];
}

function listOf({ by, key, fromSec, toSec }: ViewQuery): List {
  return ['views', by, by === 'cid' ? key : key.toLowerCase(), fromSec, toSec];
}

export interface LogRecord {
  seq: number;
  id: string;
  source: ViewSource;
  contract: string;
  content_id: string;
  cid: string;
  blockchain_address: string;
  provider_wallet: string;
  creator_wallet: string;
  token: string;
  price: string;
  units: number;
  amount: string;
  creator_amount: string | null;
  provider_amount: string | null;
  timestamp: number;
  settled: number;
  reported_units: number;
  tx_hash: string | null;
  block_number: number | null;
}

interface CreditRecord {
  contract: string;
  token: string;
  credited: string;
  withdrawn: string;
}

interface DayRecord {
  day: string;
  contract: string;
  token: string;
  role: 'creator' | 'provider' | 'sponsor';
  amount: string;
}

export function toView(row: LogRecord): ViewRow {
  return {
    key: row.seq,
    id: row.id,
    contract: row.contract,
    contentId: row.content_id,
    cid: row.cid,
    viewer: row.blockchain_address,
    provider: row.provider_wallet,
    creator: row.creator_wallet,
    token: row.token,
    price: BigInt(row.price),
    units: row.units,
    amount: BigInt(row.amount),
    creatorAmount: row.creator_amount === null ? null : BigInt(row.creator_amount),
    providerAmount: row.provider_amount === null ? null : BigInt(row.provider_amount),
    timestampSec: row.timestamp,
    source: row.source,
    settled: row.settled === 1,
    reportedUnits: row.reported_units,
    txHash: row.tx_hash,
    blockNumber: row.block_number,
  };
}
