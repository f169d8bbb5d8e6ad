import type Database from 'better-sqlite3';
import { decodeCursor, type List, pageOf } from '../../cursor.ts';
import type { History, Page, PaidQuery, PaidUnits, ViewQuery, ViewRow } from '../../store.ts';
import { numberSql } from '../names.ts';
import { createStatementCache } from '../statement-cache.ts';
import { earnings } from './earnings.ts';
import { earningsParts } from './earnings-parts.ts';
import { createToView, type StoredView, VIEW_COLUMNS } from './stored-view.ts';

const COLUMN_OF = {
  cid: 'cid_key',
  provider: 'provider_wallet',
  viewer: 'blockchain_address',
  creator: 'creator_wallet',
} as const;

type ViewSelection = Pick<ViewQuery, 'by' | 'listing' | 'settled' | 'attributed'>;

/**
 * Pages of views: one walk along one index, no matter how deep; of all that names a viewer, two that are merged.
 * Exported for the test of its plan.
 */
export function viewsSql(selection: ViewSelection, columns = VIEW_COLUMNS): string {
  const walks = walksOf(selection).map(
    (conditions) => `SELECT ${columns} FROM views view
      WHERE view.linked_to IS NULL AND ${conditions.join(' AND ')}
        AND view.timestamp >= @fromSec AND (view.timestamp, view.seq) < (@beforeSec, @beforeSeq)`,
  );
  return `${walks.join(' UNION ALL ')} ORDER BY timestampSec DESC, key DESC LIMIT @limit`;
}

/** The conditions of each walk. */
function walksOf({ by, listing, settled, attributed }: ViewSelection): string[][] {
  const named = [`view.${COLUMN_OF[by]} = ${numberSql('@key')}`];
  if (listing) named.push(`view.content_id = ${numberSql('@contentId')}`);
  if (listing?.contract !== undefined) named.push(`view.contract = ${numberSql('@contract')}`);
  if (settled === false) return [[...named, 'view.source = 3']];
  if (settled === true) named.push('view.source <> 3');
  if (by !== 'viewer') return [named];
  const own = [...named, 'view.attributed = 0'];
  return attributed ? [own, [...named, 'view.attributed = 1']] : [own];
}

/** Nobody pays so often for one content; somebody might, to make its reads slow for all. */
const MAX_PAYMENTS = 1_000;

/**
 * The unit that was in force at a second: the last announcement up to then says it, whether its change had begun or not,
 * unless that was cancelled. However many there are, one is looked at, and the cancellation behind it.
 */
function unitAt(sec: string): string {
  const announced = `contract = lower(@contract) AND content_id = lower(@contentId) AND announced_at <= ${sec}`;
  return `(
    SELECT CASE WHEN effective_at > ${sec} OR EXISTS (
        SELECT 1 FROM announced_units WHERE ${announced} AND unit IS NULL
          AND (announced_at, block_number, log_index) > (last.announced_at, last.block_number, last.log_index)
      ) THEN unit_before ELSE unit END
    FROM announced_units last WHERE ${announced} AND unit IS NOT NULL
    ORDER BY announced_at DESC, block_number DESC, log_index DESC LIMIT 1)`;
}

/** Exported for the test of its plan. */
export const PAID_SQL = `SELECT timestamp AS timestampSec, units, ${unitAt('paid.timestamp')} AS unit
  FROM views paid
  WHERE source = 0 AND blockchain_address = ${numberSql('lower(@payer)')}
    AND content_id = ${numberSql('lower(@contentId)')} AND provider_wallet = ${numberSql('lower(@provider)')}
    AND contract = ${numberSql('lower(@contract)')}
  ORDER BY timestamp DESC LIMIT ${MAX_PAYMENTS}`;

export function history(db: Database.Database): History {
  const paid = db.prepare<[PaidQuery], PaidUnits>(PAID_SQL);
  const pages = createPages<StoredView>(db, VIEW_COLUMNS);
  const places = createPages<Place>(db, 'view.seq AS key, view.timestamp AS timestampSec');
  const read = createViewReader(db);
  const toView = createToView(db);

  return {
    async views(query) {
      const { rows, nextCursor } = pages(query);
      return { rows: rows.map(toView), nextCursor };
    },

    async viewsBeside(known, query) {
      const { rows, nextCursor } = places(query);
      return { rows: rows.map(({ key }) => (known.has(key) ? key : read(key))), nextCursor };
    },

    paidDirectly: async (query) => paid.all(query).reverse(),

    ...earnings(db),
    ...earningsParts(db),
  };
}

type Place = Pick<StoredView, 'key' | 'timestampSec'>;

function createPages<Row extends Place>(db: Database.Database, columns: string) {
  const prepare = createStatementCache<[object], Row>(db);
  return (query: ViewQuery): Page<Row> => {
    const [beforeSec, beforeSeq] = pageStart(query);
    const { listing, fromSec = 0, limit } = query;
    const range = { fromSec, beforeSec, beforeSeq, limit: limit + 1 };
    const found = prepare(viewsSql(query, columns)).all({ key: keyOf(query), ...listing, ...range });
    return pageOf(found, limit, listOf(query), (row) => [row.timestampSec, row.key]);
  };
}

/** Where a page begins: below the last row of the page before, and never at `toSec` or later. */
function pageStart(query: ViewQuery): [number, number] {
  const { toSec = Number.MAX_SAFE_INTEGER, cursor } = query;
  if (cursor === undefined) return [toSec, 0];
  const [sec, seq] = decodeCursor(cursor, listOf(query));
  return sec < toSec ? [sec, seq] : [toSec, 0];
}

function listOf(query: ViewQuery): List {
  const { by, listing, settled, attributed, fromSec, toSec } = query;
  const filters = [listing?.contentId, listing?.contract, String(settled), String(attributed)];
  return ['views', by, keyOf(query), ...filters, fromSec, toSec];
}

function keyOf({ by, key }: ViewQuery): string {
  return by === 'cid' ? key : key.toLowerCase();
}

/** Reads the view of a key that was just found. */
export function createViewReader(db: Database.Database): (key: number) => ViewRow {
  const toView = createToView(db);
  const byKey = db.prepare<[number], StoredView>(`SELECT ${VIEW_COLUMNS} FROM views view WHERE view.seq = ?`);
  return (key) => {
    const row = byKey.get(key);
    if (!row) throw new Error(`view ${key} is gone while a page of it is read`);
    return toView(row);
  };
}
