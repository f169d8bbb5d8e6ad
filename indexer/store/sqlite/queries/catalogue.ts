import type Database from 'better-sqlite3';
import { canonicalCid } from '../../../lib/cid.ts';
import type { Unit } from '../../../lib/unit.ts';
import { decodeCursor, type List, pageOf } from '../../cursor.ts';
import { nameKey } from '../../name-key.ts';
import type { Catalogue, ContentQuery, ContentRow, Page, StreamRow } from '../../store.ts';
import { createStatementCache } from '../statement-cache.ts';

/** Digits of the largest uint256: padded to one length, integer texts compare like numbers. */
const DIGITS = 78;
const paddedPrice = `substr('${'0'.repeat(DIGITS)}' || CASE WHEN scheduled_price IS NOT NULL
  AND scheduled_effective_at <= @nowSec THEN scheduled_price ELSE price END, -${DIGITS})`;

/** The condition each part of a query adds. */
const CONDITIONS = {
  cidKey: 'cid_key = @cidKey',
  name: 'instr(name_key, @name) > 0',
  isOnSale: `(scheduled_effective_at IS NULL OR scheduled_effective_at > @nowSec OR scheduled_price IS NOT NULL)`,
  creator: 'content_creator_wallet = @creator',
  token: 'token = @token',
  minPrice: `${paddedPrice} >= @minPrice`,
  maxPrice: `${paddedPrice} <= @maxPrice`,
  block: '(published_block, published_log_index) < (@block, @logIndex)',
} as const;

type Parameters = Record<string, string | number>;

export function catalogue(db: Database.Database): Pick<Catalogue, 'contentById' | 'searchContents'> {
  const byId = db.prepare<[string, string], ContentRecord>(
    'SELECT * FROM content_metadata WHERE contract = ? AND content_id = ?',
  );
  const prepare = createStatementCache<[Parameters], ContentRecord>(db);

  function search(parameters: Parameters): ContentRecord[] {
    const conditions = Object.entries(CONDITIONS).flatMap(([name, sql]) => (name in parameters ? sql : []));
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const sql = `SELECT * FROM content_metadata ${where}
      ORDER BY published_block DESC, published_log_index DESC LIMIT @limit`;
    return prepare(sql).all(parameters);
  }

  return {
    contentById: async (contract, contentId) => {
      const row = byId.get(contract.toLowerCase(), contentId.toLowerCase());
      return row ? toContent(row) : null;
    },
    async searchContents(query): Promise<Page<ContentRow>> {
      const page = pageOf(search(parametersOf(query)), query.limit, listOf(query), (row) => [
        row.published_block,
        row.published_log_index,
      ]);
      return { ...page, rows: page.rows.map(toContent) };
    },
  };
}

function parametersOf(query: ContentQuery): Parameters {
  const parameters: Parameters = { limit: query.limit + 1, nowSec: query.nowSec };
  if (query.search !== undefined && query.search !== '') {
    const cidKey = canonicalCid(query.search);
    if (cidKey === null) parameters.name = nameKey(query.search);
    else parameters.cidKey = cidKey;
  }
  if (query.cidKey !== undefined) parameters.cidKey = query.cidKey;
  if (query.isOnSale) parameters.isOnSale = 1;
  if (query.creator !== undefined) parameters.creator = query.creator.toLowerCase();
  if (query.token !== undefined) parameters.token = query.token.toLowerCase();
  if (query.minPrice !== undefined) parameters.minPrice = String(query.minPrice).padStart(DIGITS, '0');
  if (query.maxPrice !== undefined) parameters.maxPrice = String(query.maxPrice).padStart(DIGITS, '0');
  if (query.cursor !== undefined) {
    const [block, logIndex] = decodeCursor(query.cursor, listOf(query));
    Object.assign(parameters, { block, logIndex });
  }
  return parameters;
}

function listOf({ search, cidKey, isOnSale, creator, token, minPrice, maxPrice }: ContentQuery): List {
  const offer = [creator?.toLowerCase(), token?.toLowerCase()] as const;
  return ['contents', search, cidKey, String(isOnSale), ...offer, minPrice, maxPrice];
}

export interface ContentRecord {
  contract: string;
  content_id: string;
  cid: string;
  cid_key: string;
  video_name: string;
  content_creator_wallet: string;
  token: string;
  price: string;
  provider_share_bps: number;
  unit: Unit;
  retired: number;
  metadata: string;
  scheduled_effective_at: number | null;
  scheduled_price: string | null;
  scheduled_provider_share_bps: number | null;
  scheduled_unit: Unit | null;
  published_at: number;
  published_block: number;
  published_log_index: number;
  tx_hash: string;
}

export interface StreamRecord {
  contract: string;
  content_id: string;
  provider: string;
  cid: string;
  cid_key: string;
  creator: string;
  url: string;
  active: number;
  registered_at: number;
  tx_hash: string;
}

export function toContent(row: ContentRecord): ContentRow {
  return {
    contract: row.contract,
    contentId: row.content_id,
    cid: row.cid,
    cidKey: row.cid_key,
    creator: row.content_creator_wallet,
    token: row.token,
    videoName: row.video_name,
    metadata: row.metadata,
    pricePerUnit: BigInt(row.price),
    providerShareBps: row.provider_share_bps,
    unit: row.unit,
    retired: row.retired === 1,
    publishedAtSec: row.published_at,
    publishedBlock: row.published_block,
    txHash: row.tx_hash,
    scheduled: scheduledOf(row),
  };
}

function scheduledOf(row: ContentRecord): ContentRow['scheduled'] {
  if (row.scheduled_effective_at === null) return null;
  if (row.scheduled_price === null) return { effectiveAtSec: row.scheduled_effective_at, terms: null };
  return {
    effectiveAtSec: row.scheduled_effective_at,
    terms: {
      pricePerUnit: BigInt(row.scheduled_price),
      providerShareBps: row.scheduled_provider_share_bps ?? 0,
      unit: row.scheduled_unit ?? row.unit,
    },
  };
}

export function toStream(row: StreamRecord): StreamRow {
  return {
    contract: row.contract,
    contentId: row.content_id,
    cid: row.cid,
    cidKey: row.cid_key,
    provider: row.provider,
    creator: row.creator,
    url: row.url,
    active: row.active === 1,
    registeredAtSec: row.registered_at,
    txHash: row.tx_hash,
  };
}
