import type Database from 'better-sqlite3';
import type { Unit } from '../../../lib/unit.ts';
import type { Catalogue, ContentRow } from '../../store.ts';
import type { Stored } from '../stored.ts';

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

/** One listing by its key. */
export function contents(db: Database.Database): Pick<Catalogue, 'contentById'> {
  const byId = db.prepare<[string, string], StoredContent>(
    `SELECT ${CONTENT_COLUMNS} FROM content_metadata WHERE contract = lower(?) AND content_id = lower(?)`,
  );
  return {
    contentById: async (contract, contentId) => {
      const row = byId.get(contract, contentId);
      return row ? toContent(row) : null;
    },
  };
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
