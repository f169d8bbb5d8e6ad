import Database from 'better-sqlite3';
import { sum } from '../../../indexer/lib/money.ts';
import type { Market, Shop } from './market.ts';
import type { Viewer } from './viewers.ts';

const FULL_BPS = 10_000n;

/** A voucher as it lies in a shop's book. */
export interface Signed {
  channelId: string;
  state: string;
  total: bigint;
  items: { contentId: string; units: bigint; unitPrice: bigint }[];
}

/** What a shop's book holds of what was sold. */
export function bookOf({ bookPath }: Shop): { vouchers: Signed[]; openings: number; distinct: number } {
  const db = new Database(bookPath, { readonly: true });
  try {
    const rows = db
      .prepare<[], { channelId: string; state: string; total: string; items: string }>(
        'SELECT channel_id AS channelId, state, total, items FROM vouchers',
      )
      .all();
    const count = (sql: string) => db.prepare<[], number>(sql).pluck().get() ?? 0;
    return {
      vouchers: rows.map(({ items, total, ...row }) => ({
        ...row,
        total: BigInt(total),
        items: (JSON.parse(items) as [string, string, string][]).map(([contentId, units, unitPrice]) => ({
          ...{ contentId, units: BigInt(units), unitPrice: BigInt(unitPrice) },
        })),
      })),
      openings: count('SELECT count(*) FROM openings'),
      distinct: count('SELECT count(*) FROM (SELECT DISTINCT scope, content_id, unit FROM openings)'),
    };
  } finally {
    db.close();
  }
}

export function unitsOf(vouchers: readonly Signed[]): bigint {
  return sum(vouchers.flatMap(({ items }) => items.map(({ units }) => units)));
}

/** Who is owed what for signed vouchers, by account and coin. */
export function owedFor(shops: readonly { shop: Shop; vouchers: readonly Signed[] }[]): Map<string, bigint> {
  const owed = new Map<string, bigint>();
  const add = (account: string, token: string, amount: bigint) => {
    const key = `${account} ${token}`;
    owed.set(key, (owed.get(key) ?? 0n) + amount);
  };
  for (const { shop, vouchers } of shops) {
    const { token, provider } = shop.parties;
    for (const { contentId, units, unitPrice } of vouchers.flatMap(({ items }) => items)) {
      const listing = shop.listings.find((one) => one.contentId === contentId);
      if (!listing) throw new Error(`a voucher lists ${contentId}, which the shop does not sell`);
      const amount = units * unitPrice;
      const share = (amount * listing.providerShareBps) / FULL_BPS;
      add(provider, token, share);
      add(listing.creator, token, amount - share);
    }
  }
  return owed;
}

/** The calls by which wallets have sent something, over every block of the chain: `open`, say. */
export async function callsBy(
  { chain, contract }: Market,
  viewers: readonly Viewer[],
): Promise<Map<string, string[]>> {
  const calls = new Map<string, string[]>(viewers.map(({ wallet }) => [wallet.address, []]));
  const head = await chain.provider.getBlockNumber();
  for (let number = 0; number <= head; number += 1) {
    const block = await chain.provider.getBlock(number, true);
    for (const { from, to, data } of block?.prefetchedTransactions ?? []) {
      const toContract = to?.toLowerCase() === chain.contract.toLowerCase();
      calls.get(from)?.push(...(toContract ? namesIn(contract, data) : [`a transaction to ${to}`]));
    }
  }
  return calls;
}

/** A call of the contract by its name, and those within a multicall by theirs. */
function namesIn(contract: Market['contract'], data: string): string[] {
  const call = contract.interface.parseTransaction({ data });
  if (call?.name !== 'multicall') return [call?.name ?? 'an unknown call'];
  return [...(call.args[0] as Iterable<string>)].flatMap((inner) => namesIn(contract, inner));
}
