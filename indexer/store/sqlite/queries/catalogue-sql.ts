import type { ContentSort } from '../../store.ts';
import { whereOf } from '../statement-cache.ts';
import { CONTENT_COLUMNS } from './catalogue.ts';

/** What was announced is in force. */
const IS_CHANGED = '(scheduled_price IS NOT NULL AND scheduled_effective_at <= @nowSec)';
const inForce = (column: string) => `CASE WHEN ${IS_CHANGED} THEN scheduled_${column} ELSE ${column} END`;

/** Digits of the largest uint256: padded to one length, integer texts compare like numbers. */
export const PRICE_DIGITS = 78;
const paddedPrice = `substr('${'0'.repeat(PRICE_DIGITS)}' || ${inForce('price')}, -${PRICE_DIGITS})`;

/** The condition each part of a query adds. */
const CONDITIONS = {
  cidKey: 'cid_key = @cidKey',
  name: 'instr(name_key, @name) > 0',
  // A creator's address and one on EthStorage look the same.
  address: '(cid_key = @address OR content_creator_wallet = @address)',
  words: 'has_words(name_key, @words, @withTypos)',
  isOnSale: `(scheduled_effective_at IS NULL OR scheduled_effective_at > @nowSec OR scheduled_price IS NOT NULL)`,
  isShown: 'cid_key NOT IN (SELECT cid_key FROM taken_down)',
  isServed: 'streams > 0',
  // The first part is for the index: most listings have a price.
  isFree: `(price = '0' OR scheduled_price = '0') AND ${inForce('price')} = '0'`,
  unit: `${inForce('unit')} = @unit`,
  creator: 'content_creator_wallet = lower(@creator)',
  token: 'token = lower(@token)',
  minPrice: `${paddedPrice} >= @minPrice`,
  maxPrice: `${paddedPrice} <= @maxPrice`,
} as const;

/** What stands behind the cursor in each order; `block` is given where there is one. */
const BEHIND = {
  new: '(published_block, published_log_index) < (@block, @logIndex)',
  views: '(views, published_block, published_log_index) < (@atViews, @block, @logIndex)',
} as const;
const ORDERS = {
  new: 'published_block DESC, published_log_index DESC',
  views: 'views DESC, published_block DESC, published_log_index DESC',
  price: 'token, sortPrice, publishedBlock, publishedLogIndex',
} as const;

const COLUMNS = `${CONTENT_COLUMNS}, views, streams,
  (SELECT listings FROM cid_listings WHERE cid_listings.cid_key = content_metadata.cid_key) AS listings`;

/** How many names match, as far as `limit`. */
export const MATCHING_NAMES_SQL =
  'SELECT count(*) FROM (SELECT 1 FROM content_names WHERE content_names MATCH @match LIMIT @limit)';

/**
 * A page of the catalogue. It walks an index in the order asked for; with `match` it looks up the names that match, which are in the
 * order of their publication already. Exported for the test of its plan.
 * @param given names of the parameters that have a value
 */
export function contentsSql(sort: ContentSort, given: readonly string[]): string {
  const isLookedUp = given.includes('match');
  if (sort === 'price') return priceSql(given, isLookedUp);
  const where = [whereOf(CONDITIONS, given), ...(given.includes('block') ? [BEHIND[sort]] : [])];
  if (!isLookedUp) return `${select('price_key')} ${whereAll(where)} ORDER BY ${ORDERS[sort]} LIMIT @limit`;
  const isNewest = sort === 'new';
  const names =
    isNewest && given.includes('block') ? ['content_names.rowid < @block * 1048576 + @logIndex'] : [];
  const order = isNewest ? 'content_names.rowid DESC' : ORDERS[sort];
  return `${select('price_key', NAMED)} ${whereAll([MATCHED, ...names, ...where])} ORDER BY ${order} LIMIT @limit`;
}

const MATCHED = 'content_names MATCH @match';
const NAMED = 'content_names CROSS JOIN content_metadata ON place = content_names.rowid';

/** Two walks, of prices as they were published and as they were announced, put together in one order. */
function priceSql(given: readonly string[], isLookedUp: boolean): string {
  const walks = (['price', 'scheduled_price'] as const).map((price) => {
    const where = [
      price === 'price' ? `NOT ${IS_CHANGED}` : `scheduled_price IS NOT NULL AND ${IS_CHANGED}`,
      whereOf(CONDITIONS, given),
    ];
    if (given.includes('block'))
      where.push(
        `(token, ${price}_key, published_block, published_log_index) > (@atToken, @atPrice, @block, @logIndex)`,
      );
    if (isLookedUp) where.push(MATCHED);
    return `${select(`${price}_key`, isLookedUp ? NAMED : undefined)} ${whereAll(where)}`;
  });
  return `${walks.join(' UNION ALL ')} ORDER BY ${ORDERS.price} LIMIT @limit`;
}

function select(priceKey: string, from = 'content_metadata'): string {
  return `SELECT ${COLUMNS}, ${priceKey} AS sortPrice FROM ${from}`;
}

function whereAll(conditions: readonly string[]): string {
  return `WHERE ${conditions.join(' AND ')}`;
}
