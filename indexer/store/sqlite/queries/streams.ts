import type Database from 'better-sqlite3';
import type { Catalogue, Delegation, StreamRow } from '../../store.ts';
import { createSearch, whereOf } from '../statement-cache.ts';
import type { Stored } from '../stored.ts';

const CONDITIONS = {
  cidKey: 'cid_key = @cidKey',
  provider: 'provider = lower(@provider)',
  contract: 'contract = lower(@contract)',
  contentId: 'content_id = lower(@contentId)',
  afterSec: `(registered_at, contract, content_id, provider)
    > (@afterSec, lower(@afterContract), lower(@afterContentId), lower(@afterProvider))`,
} as const;

export const STREAM_COLUMNS = `contract, content_id AS contentId, cid, cid_key AS cidKey, provider, creator, url, active,
  registered_at AS registeredAtSec, tx_hash AS txHash`;
const STREAMS = `SELECT ${STREAM_COLUMNS} FROM streams`;

/** Active streams that fit, oldest registration first: a walk along one index. Exported for the test of its plan. */
export function streamsSql(given: readonly string[]): string {
  return `${STREAMS} WHERE active = 1 AND ${whereOf(CONDITIONS, given)}
    ORDER BY registered_at, contract, content_id, provider LIMIT @limit`;
}

/**
 * From what is taken down, of which there is little, to its streams: it is asked at every block, and a provider may have very
 * many. Exported for the test of its plan.
 */
export const STREAMS_TAKEN_DOWN_SQL = `SELECT ${STREAM_COLUMNS}
  FROM (SELECT cid_key AS taken FROM taken_down) CROSS JOIN streams ON cid_key = taken
  WHERE active = 1 AND provider = lower(?)`;

/** What begins with the base is walked round. Exported for the test of its plan. */
export const STREAMS_APART_SQL = ['url < @base', 'url > @end']
  .map((where) => `${STREAMS} WHERE active = 1 AND provider = lower(@provider) AND ${where}`)
  .join(' UNION ALL ');
const LAST_CHARACTER = '\u{10FFFF}';

/** Who serves what. */
export function streams(
  db: Database.Database,
): Pick<
  Catalogue,
  'activeStreams' | 'streamsApart' | 'streamsBy' | 'stream' | 'streamsTakenDown' | 'delegationsOf'
> {
  const active = createSearch<Stored<StreamRow>>(db, streamsSql);
  const byBoth = db.prepare<[object], Stored<StreamRow>>(`
    ${STREAMS} WHERE provider = lower(@provider) AND cid_key = @cidKey
      AND creator = coalesce(lower(@creator), creator)
      AND EXISTS (SELECT 1 FROM content_metadata content
        WHERE content.contract = streams.contract AND content.content_id = streams.content_id
          AND token = coalesce(lower(@token), token))
    ORDER BY registered_at, contract, content_id`);
  const apart = db.prepare<[object], Stored<StreamRow>>(STREAMS_APART_SQL);
  const takenDown = db.prepare<[string], Stored<StreamRow>>(STREAMS_TAKEN_DOWN_SQL);
  const delegations = db.prepare<[string, string], Delegation>(`
    SELECT delegate, since AS sinceSec FROM claim_delegates WHERE contract = lower(?) AND provider = lower(?)
    ORDER BY block_number, log_index`);
  const one = db.prepare<[string, string, string], Stored<StreamRow>>(
    `${STREAMS} WHERE contract = lower(?) AND content_id = lower(?) AND provider = lower(?)`,
  );

  return {
    activeStreams: async ({ limit = -1, after, ...fit } = {}) => {
      const { registeredAtSec: afterSec, contract: afterContract } = after ?? {};
      const { contentId: afterContentId, provider: afterProvider } = after ?? {};
      const place = { afterSec, afterContract, afterContentId, afterProvider };
      return active({ ...fit, ...place, limit }).map(toStream);
    },
    streamsApart: async ({ provider, base, fits, limit = Number.POSITIVE_INFINITY }) => {
      const found: StreamRow[] = [];
      for (const row of apart.iterate({ provider, base, end: base + LAST_CHARACTER })) {
        if (fits(row.url, row.cidKey)) found.push(toStream(row));
        if (found.length >= limit) break;
      }
      return found;
    },
    streamsBy: async (provider, { cidKey, creator = null, token = null }) =>
      byBoth.all({ provider, cidKey, creator, token }).map(toStream),
    stream: async (contract, contentId, provider) => {
      const row = one.get(contract, contentId, provider);
      return row ? toStream(row) : null;
    },
    delegationsOf: async (contract, provider) => delegations.all(contract, provider),
    streamsTakenDown: async (provider) => takenDown.all(provider).map(toStream),
  };
}

export function toStream(row: Stored<StreamRow>): StreamRow {
  return { ...row, active: row.active === 1 };
}
