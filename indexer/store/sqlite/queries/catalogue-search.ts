import type Database from 'better-sqlite3';
import { canonicalCid } from '../../../lib/cid.ts';
import { BadCursor, type List, openAnyCursor, sealCursor } from '../../cursor.ts';
import { nameKey } from '../../name-key.ts';
import { hasWords, trigramQuery, wordsIn } from '../../name-search.ts';
import type { Catalogue, ContentQuery, ContentSort, ListedRow } from '../../store.ts';
import { createStatementCache } from '../statement-cache.ts';
import { type StoredContent, toContent } from './catalogue.ts';
import { contentsSql, MATCHING_NAMES_SQL, PRICE_DIGITS } from './catalogue-sql.ts';
import { OFFERS_SQL } from './offers.ts';

/** So many names are looked up one by one; where more match, the order is walked, in which one of them is never far. */
const MAX_LOOKED_UP = 1_000;

interface Found extends StoredContent {
  views: number;
  streams: number;
  listings: number;
  sortPrice: string;
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** Which names are meant: by these words, each right or nearly so. */
interface Names {
  words: readonly string[];
  withTypos: boolean;
}

/** The catalogue in its orders. */
export function catalogueSearch(db: Database.Database): Pick<Catalogue, 'searchContents'> {
  db.function('has_words', { deterministic: true }, createHasWords());
  const prepare = createStatementCache<[object], Found>(db);
  const matching = db.prepare<[object], number>(MATCHING_NAMES_SQL).pluck();
  const firstOf = db.prepare<[object], ListedRow['first']>(OFFERS_SQL.first);

  function find(sort: ContentSort, parameters: Parameters, names: Names | null): Found[] {
    const match = names && trigramQuery(names.words, names.withTypos);
    const isLookedUp =
      match !== null &&
      (sort === 'new' || (matching.get({ match, limit: MAX_LOOKED_UP + 1 }) ?? 0) <= MAX_LOOKED_UP);
    const all: Parameters = {
      ...parameters,
      words: names?.words.join(' '),
      withTypos: Number(names?.withTypos ?? false),
      match: isLookedUp ? match : undefined,
    };
    const given = Object.keys(all).filter((name) => all[name] !== undefined);
    return prepare(contentsSql(sort, given)).all(all);
  }

  function listed({ views, streams, listings, sortPrice: _, ...row }: Found): ListedRow {
    const { contract, contentId, creator } = row;
    const first = listings > 1 ? firstOf.get({ cidKey: row.cidKey }) : undefined;
    return { ...toContent(row), views, streams, listings, first: first ?? { contract, contentId, creator } };
  }

  return {
    async searchContents(query) {
      const { sort = 'new', limit } = query;
      const asked = whatIsAsked(query);
      const from = query.cursor === undefined ? undefined : openAnyCursor(query.cursor, asked.lists);
      const place = from && placeIn(from.place, sort);
      if (asked.words?.length === 0) return { rows: [], nextCursor: null };
      // Words with a wrong letter are for who would find nothing else; a page goes on as the first one began.
      for (const list of from ? [from.list] : asked.lists) {
        const names = asked.words && { words: asked.words, withTypos: list.at(-1) === WITH_TYPOS };
        const found = find(sort, { ...asked.parameters, ...place, limit: limit + 1 }, names);
        if (found.length === 0 && list !== asked.lists.at(-1)) continue;
        const rows = found.slice(0, limit);
        const last = rows.at(-1);
        const nextCursor = last && found.length > limit ? sealCursor(placeOf(last, sort), list) : null;
        return { rows: rows.map(listed), nextCursor };
      }
      return { rows: [], nextCursor: null };
    },
  };
}

const WITH_TYPOS = 'with typos';

/** What the query says, as parameters, and of which lists its answers can be pages. */
function whatIsAsked(query: ContentQuery) {
  const { search, q, cidKey, isOnSale, isShown, isServed, isFree, unit, creator, token, nowSec } = query;
  const { minPrice, maxPrice, sort = 'new' } = query;
  const wanted = search ? canonicalCid(search) : undefined;
  const address = q ? canonicalCid(q.trim()) : null;
  const words = q && address === null ? wordsIn(q) : null;
  const parameters = {
    cidKey: cidKey ?? wanted ?? undefined,
    name: search && wanted === null ? nameKey(search) : undefined,
    address: address ?? undefined,
    isOnSale: isOnSale && 1,
    isShown: isShown && 1,
    isServed: isServed && 1,
    isFree: isFree && 1,
    ...{ unit, creator, token, nowSec },
    minPrice: minPrice?.toString().padStart(PRICE_DIGITS, '0'),
    maxPrice: maxPrice?.toString().padStart(PRICE_DIGITS, '0'),
  };
  const offer = [creator?.toLowerCase(), token?.toLowerCase()] as const;
  const filters = [cidKey, String(isOnSale), String(isServed), String(isFree), unit] as const;
  const list: List = ['contents', sort, search, q, ...filters, ...offer, minPrice, maxPrice];
  const lists: List[] = words ? [list, [...list, WITH_TYPOS]] : [list];
  return { parameters, words, lists };
}

/** Where the row stands in the order. */
function placeOf(row: Found, sort: ContentSort): string {
  const { publishedBlock, publishedLogIndex, views, token, sortPrice } = row;
  const place = [publishedBlock, publishedLogIndex];
  if (sort === 'views') return [views, ...place].join('.');
  return (sort === 'price' ? [token, sortPrice, ...place] : place).join('.');
}

const PLACES = {
  new: /^(?<block>\d{1,15})\.(?<logIndex>\d{1,15})$/,
  views: /^(?<atViews>\d{1,15})\.(?<block>\d{1,15})\.(?<logIndex>\d{1,15})$/,
  price: /^(?<atToken>0x[0-9a-f]{40})\.(?<atPrice>\d{1,80})\.(?<block>\d{1,15})\.(?<logIndex>\d{1,15})$/,
} as const;

/** @throws {BadCursor} */
function placeIn(text: string, sort: ContentSort): Parameters {
  const groups = PLACES[sort].exec(text)?.groups;
  if (!groups) throw new BadCursor();
  const { atToken, atPrice, ...numbers } = groups;
  const counted = Object.entries(numbers).map(([name, digits]) => [name, Number(digits)]);
  return { ...Object.fromEntries(counted), ...(atToken !== undefined && { atToken, atPrice }) };
}

/** @returns what SQLite calls for each name. It is the same search many times. */
function createHasWords() {
  let text: unknown;
  let words: string[] = [];
  return (name: unknown, asked: unknown, withTypos: unknown): number => {
    if (asked !== text) {
      text = asked;
      words = String(asked).split(' ');
    }
    return Number(hasWords(String(name), words, withTypos === 1));
  };
}
