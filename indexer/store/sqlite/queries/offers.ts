import type Database from 'better-sqlite3';
import type { Catalogue, ListedRow, OfferQuery } from '../../store.ts';
import { CONTENT_COLUMNS, type StoredContent, toContent } from './catalogue.ts';

/** What one offer of a content is: who sells it, and in which coin. */
interface Offer {
  creator: string;
  token: string;
}

/**
 * Offers and their listings, found one by one along an index, since somebody else may have made a great many.
 * Exported for the test of their plans.
 */
export const OFFERS_SQL = {
  next: `SELECT content_creator_wallet AS creator, token FROM content_metadata
    WHERE cid_key = @cidKey AND (content_creator_wallet, token) > (@creator, @token)
      AND contract = coalesce(lower(@contract), contract)
    ORDER BY content_creator_wallet, token LIMIT 1`,
  nextOfCreator: `SELECT content_creator_wallet AS creator, token FROM content_metadata
    WHERE cid_key = @cidKey AND content_creator_wallet = lower(@creator) AND token > @token
      AND contract = coalesce(lower(@contract), contract)
    ORDER BY token LIMIT 1`,
  nextInCoin: `SELECT content_creator_wallet AS creator, token FROM content_metadata INDEXED BY content_by_coin
    WHERE cid_key = @cidKey AND token = lower(@token) AND content_creator_wallet > @creator
      AND contract = coalesce(lower(@contract), contract)
    ORDER BY content_creator_wallet LIMIT 1`,
  spelling: `SELECT ${CONTENT_COLUMNS} FROM content_metadata INDEXED BY content_by_spelling
    WHERE cid_key = @cidKey AND content_creator_wallet = lower(@creator) AND token = lower(@token) AND cid = @cid
      AND contract = coalesce(lower(@contract), contract)
    ORDER BY published_block DESC, published_log_index DESC LIMIT 1`,
  latest: `SELECT ${CONTENT_COLUMNS} FROM content_metadata INDEXED BY content_by_offer
    WHERE cid_key = @cidKey AND content_creator_wallet = lower(@creator) AND token = lower(@token)
      AND contract = coalesce(lower(@contract), contract)
    ORDER BY published_block DESC, published_log_index DESC LIMIT 1`,
  first: `SELECT contract, content_id AS contentId, content_creator_wallet AS creator
    FROM content_metadata INDEXED BY content_by_cid
    WHERE cid_key = @cidKey ORDER BY published_block, published_log_index LIMIT 1`,
  sold: `SELECT 1 FROM content_metadata INDEXED BY content_sold
    WHERE cid_key = @cidKey AND (price <> '0' OR scheduled_price <> '0')
      AND NOT (scheduled_price IS '0' AND scheduled_effective_at <= @nowSec)
    LIMIT 1`,
} as const;

type Parameters = Record<string, string | null>;
type Offered = Pick<OfferQuery, 'cidKey' | 'creator' | 'token'> & { contract: string | null };

export function offers(
  db: Database.Database,
): Pick<Catalogue, 'offers' | 'isListed' | 'isSold' | 'firstListing'> {
  const offerBy = (sql: string) => db.prepare<[Parameters], Offer>(sql);
  const next = offerBy(OFFERS_SQL.next);
  const nextOfCreator = offerBy(OFFERS_SQL.nextOfCreator);
  const nextInCoin = offerBy(OFFERS_SQL.nextInCoin);
  const spelling = db.prepare<[Parameters], StoredContent>(OFFERS_SQL.spelling);
  const latest = db.prepare<[Parameters], StoredContent>(OFFERS_SQL.latest);
  const first = db.prepare<[Parameters], ListedRow['first']>(OFFERS_SQL.first);
  const sold = db.prepare<[{ cidKey: string; nowSec: number }]>(OFFERS_SQL.sold);
  const listed = db.prepare<[string]>('SELECT 1 FROM content_metadata WHERE cid_key = ? LIMIT 1');

  function* offersOf({ cidKey, creator, token, contract }: Offered): Generator<Offer> {
    if (creator !== undefined && token !== undefined) return yield { creator, token };
    const [statement, from] =
      creator !== undefined
        ? [nextOfCreator, { creator, token: '' }]
        : token !== undefined
          ? [nextInCoin, { creator: '', token }]
          : [next, { creator: '', token: '' }];
    for (let at: Offer | undefined = from; ; ) {
      at = statement.get({ cidKey, contract, ...at });
      if (!at) return;
      yield at;
    }
  }

  return {
    isListed: async (cidKey) => listed.get(cidKey) !== undefined,
    isSold: async (cidKey, nowSec) => sold.get({ cidKey, nowSec }) !== undefined,
    firstListing: async (cidKey) => first.get({ cidKey }) ?? null,
    offers: async ({ limit, cid, contract = null, ...query }) => {
      const wanted = { ...query, contract };
      const found: StoredContent[] = [];
      for (const offer of offersOf(wanted)) {
        const one = { ...wanted, ...offer };
        const row = spelling.get({ ...one, cid }) ?? latest.get(one);
        if (row && found.push(row) >= limit) break;
      }
      return found.map(toContent);
    },
  };
}
