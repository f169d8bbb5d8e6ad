import type Database from 'better-sqlite3';
import type { Catalogue, StreamQuery } from '../../store.ts';
import { createStatementCache } from '../statement-cache.ts';
import { type StreamRecord, toStream } from './catalogue.ts';

const CONDITIONS = {
  cidKey: 'cid_key = @cidKey',
  provider: 'provider = @provider',
  contract: 'contract = @contract',
  contentId: 'content_id = @contentId',
  afterSec: `(registered_at, contract, content_id, provider)
    > (@afterSec, @afterContract, @afterContentId, @afterProvider)`,
} as const;

type Parameters = Record<string, string | number>;

/** Active streams that fit, oldest registration first: a walk along one index. Exported for the test of its plan. */
export function streamsSql(given: readonly string[]): string {
  const conditions = Object.entries(CONDITIONS).flatMap(([name, sql]) => (given.includes(name) ? sql : []));
  return `SELECT * FROM streams WHERE ${['active = 1', ...conditions].join(' AND ')}
    ORDER BY registered_at, contract, content_id, provider LIMIT @limit`;
}

/** Who serves what. */
export function streams(db: Database.Database): Pick<Catalogue, 'activeStreams' | 'streamsBy' | 'stream'> {
  const prepare = createStatementCache<[Parameters], StreamRecord>(db);
  const byBoth = db.prepare<[Record<string, string | null>], StreamRecord>(
    `SELECT streams.* FROM streams CROSS JOIN content_metadata USING (contract, content_id)
      WHERE provider = @provider AND streams.cid_key = @cidKey
        AND creator = coalesce(@creator, creator) AND token = coalesce(@token, token)
      ORDER BY registered_at, contract, content_id`,
  );
  const one = db.prepare<[string, string, string], StreamRecord>(
    'SELECT * FROM streams WHERE contract = ? AND content_id = ? AND provider = ?',
  );

  return {
    activeStreams: async (query = {}) => {
      const parameters = parametersOf(query);
      return prepare(streamsSql(Object.keys(parameters)))
        .all(parameters)
        .map(toStream);
    },
    streamsBy: async (provider, { cidKey, creator, token }) => {
      const offer = { creator: creator?.toLowerCase() ?? null, token: token?.toLowerCase() ?? null };
      return byBoth.all({ provider: provider.toLowerCase(), cidKey, ...offer }).map(toStream);
    },
    stream: async (contract, contentId, provider) => {
      const row = one.get(contract.toLowerCase(), contentId.toLowerCase(), provider.toLowerCase());
      return row ? toStream(row) : null;
    },
  };
}

function parametersOf({ cidKey, provider, contract, contentId, limit = -1, after }: StreamQuery): Parameters {
  return {
    limit,
    ...(cidKey !== undefined && { cidKey }),
    ...(provider !== undefined && { provider: provider.toLowerCase() }),
    ...(contract !== undefined && { contract: contract.toLowerCase() }),
    ...(contentId !== undefined && { contentId: contentId.toLowerCase() }),
    ...(after && {
      afterSec: after.registeredAtSec,
      afterContract: after.contract.toLowerCase(),
      afterContentId: after.contentId.toLowerCase(),
      afterProvider: after.provider.toLowerCase(),
    }),
  };
}
