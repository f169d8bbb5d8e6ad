import type Database from 'better-sqlite3';
import { canonicalCid } from '../../../lib/cid.ts';
import type { Unit } from '../../../lib/unit.ts';
import { decodeCursor, type List, pageOf } from '../../cursor.ts';
import { nameKey } from '../../name-key.ts';
import type { Catalogue, ContentQuery, ContentRow, Page } from '../../store.ts';
import { createSearch, whereOf } from '../statement-cache.ts';
import type { Stored } from '../stored.ts';

/** Digits of the largest uint256: padded to one length, integer texts compare like numbers. */
const DIGITS = 78;
const paddedPrice = `substr('${'0'.repeat(DIGITS)}' || CASE WHEN scheduled_price IS NOT NULL
  AND scheduled_effective_at <= @nowSec THEN scheduled_price ELSE price END, -${DIGITS})`;

/** The condition each part of a query adds. */
const CONDITIONS = {
  cidKey: 'cid_key = @cidKey',
  name: 'instr(name_key, @name) > 0',
  isOnSale: `(scheduled_effective_at IS NULL OR scheduled_effective_at > @nowSec OR scheduled_price IS NOT NULL)`,
  isShown: 'cid_key NOT IN (SELECT cid_key FROM taken_down)',
  creator: 'content_creator_wallet = lower(@creator)',
  token: 'token = lower(@token)',
  minPrice: `${paddedPrice} >= @minPrice`,
  maxPrice: `${paddedPrice} <= @maxPrice`,
  block: '(published_block, published_log_index) < (@block, @logIndex)',
} as const;

/** The fields of a content. */
export const CONTENT_COLUMNS = `contract, content_id AS contentId, cid, cid_key AS cidKey, content_creator_wallet AS creator, token,
  video_name AS videoName, metadata, price AS pricePerUnit, provider_share_bps AS providerShareBps, unit, retired,
  published_at AS publishedAtSec, published_block AS publishedBlock, published_log_index AS publishedLogIndex,
  tx_hash AS txHash, scheduled_effective_at AS effectiveAtSec, scheduled_price AS nextPrice,
  scheduled_provider_share_bps AS nextShareBps, scheduled_unit AS nextUnit`;

export interface StoredContent extends Stored<Omit<ContentRow, 'scheduled'>> {
  publishedLogIndex: number;
  effectiveAtSec: number | null;
  nextPrice: string | null;
  nextShareBps: number | null;
  nextUnit: Unit | null;
}

export function catalogue(db: Database.Database): Pick<Catalogue, 'contentById' | 'searchContents'> {
  const byId = db.prepare<[string, string], StoredContent>(
    `SELECT ${CONTENT_COLUMNS} FROM content_metadata WHERE contract = lower(?) AND content_id = lower(?)`,
  );
  const search = createSearch<StoredContent>(
    db,
    (given) => `SELECT ${CONTENT_COLUMNS} FROM content_metadata WHERE ${whereOf(CONDITIONS, given)}
      ORDER BY published_block DESC, published_log_index DESC LIMIT @limit`,
  );

  return {
    contentById: async (contract, contentId) => {
      const row = byId.get(contract, contentId);
      return row ? toContent(row) : null;
    },
    async searchContents(query): Promise<Page<ContentRow>> {
      const page = pageOf(search(parametersOf(query)), query.limit, listOf(query), (row) => [
        row.publishedBlock,
        row.publishedLogIndex,
      ]);
      return { ...page, rows: page.rows.map(toContent) };
    },
  };
}

function parametersOf(query: ContentQuery) {
  const { search, cidKey, isOnSale, isShown, creator, token, minPrice, maxPrice, nowSec, limit, cursor } =
    query;
  const wanted = search ? canonicalCid(search) : undefined;
  const [block, logIndex] = cursor === undefined ? [] : decodeCursor(cursor, listOf(query));
  return {
    cidKey: cidKey ?? wanted ?? undefined,
    name: search && wanted === null ? nameKey(search) : undefined,
    isOnSale: isOnSale && 1,
    isShown: isShown && 1,
    ...{ creator, token, block, logIndex, nowSec },
    minPrice: minPrice?.toString().padStart(DIGITS, '0'),
    maxPrice: maxPrice?.toString().padStart(DIGITS, '0'),
    limit: limit + 1,
  };
}

function listOf({ search, cidKey, isOnSale, creator, token, minPrice, maxPrice }: ContentQuery): List {
  const offer = [creator?.toLowerCase(), token?.toLowerCase()] as const;
  return ['contents', search, cidKey, String(isOnSale), ...offer, minPrice, maxPrice];
}

export function toContent(stored: StoredContent): ContentRow {
  const { publishedLogIndex, effectiveAtSec, nextPrice, nextShareBps, nextUnit, ...row } = stored;
  const terms =
    nextPrice === null
      ? null
      : {
          pricePerUnit: BigInt(nextPrice),
          providerShareBps: nextShareBps ?? 0,
          unit: nextUnit ?? row.unit,
        };
  return {
    ...row,
    pricePerUnit: BigInt(row.pricePerUnit),
    retired: row.retired === 1,
    scheduled: effectiveAtSec === null ? null : { effectiveAtSec, terms },
  };
}
