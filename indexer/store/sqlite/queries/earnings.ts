import type Database from 'better-sqlite3';
import { BadCursor, type List, openCursor, sealCursor } from '../../cursor.ts';
import type { Earnings, EarningsPage, History } from '../../store.ts';
import type { Stored } from '../stored.ts';

type CreditRecord = Stored<Omit<Earnings['byToken'][number], 'returned'>>;
type DayRecord = Stored<Earnings['byDay'][number]>;

type Place = [contract: string, token: string] | [day: string, contract: string, token: string, role: string];

/** One walk, first along the credits by coin, then along the days, newest first. */
export function earnings(db: Database.Database): Pick<History, 'earnings'> {
  const credits = db.prepare<[string, string, string, number], CreditRecord>(
    `SELECT contract, token, credited, withdrawn FROM credits WHERE account = ? AND (contract, token) > (?, ?)
      ORDER BY contract, token LIMIT ?`,
  );
  const daily = db.prepare<Record<string, string | number>, DayRecord>(
    `SELECT day, contract, token, role, amount FROM earnings_daily
      WHERE wallet = @wallet AND day <= @day
        AND (day < @day OR (contract, token, role) > (@contract, @token, @role))
      ORDER BY day DESC, contract, token, role LIMIT @limit`,
  );
  const earned = db.prepare<[string], Pick<DayRecord, 'contract' | 'token' | 'amount'>>(
    `SELECT contract, token, amount FROM earnings_daily WHERE wallet = ? AND role <> 'sponsor'`,
  );

  return {
    async earnings(wallet, { limit = Number.MAX_SAFE_INTEGER - 1, cursor }: Partial<EarningsPage> = {}) {
      const account = wallet.toLowerCase();
      const list: List = ['earnings', account];
      const place: Place = cursor === undefined ? ['', ''] : placeIn(cursor, list);
      const coins = place.length === 2 ? credits.all(account, ...place, limit + 1) : [];
      const [day, contract = '', token = '', role = ''] = place.length === 4 ? place : ['~'];
      const left = limit - coins.length;
      const at = { wallet: account, day, contract, token, role };
      const days = left >= 0 ? daily.all({ ...at, limit: left + 1 }) : [];
      const [shownCoins, shownDays] = [coins.slice(0, limit), days.slice(0, Math.max(left, 0))];
      const earnedBy = shownCoins.length > 0 ? sums(earned.all(account)) : new Map<string, bigint>();
      const more = coins.length + days.length > limit;
      return {
        byToken: shownCoins.map((row) => {
          const credited = BigInt(row.credited);
          const returned = credited - (earnedBy.get(coinOf(row)) ?? 0n);
          return { ...row, credited, returned, withdrawn: BigInt(row.withdrawn) };
        }),
        byDay: shownDays.map((row) => ({ ...row, amount: BigInt(row.amount) })),
        nextCursor: more ? sealCursor(textOf(shownDays.at(-1) ?? shownCoins.at(-1)), list) : null,
      };
    },
  };
}

function coinOf({ contract, token }: { contract: string; token: string }): string {
  return `${contract} ${token}`;
}

/** Coin by coin. Amounts are text, which SQLite can't add up. */
function sums(rows: Pick<DayRecord, 'contract' | 'token' | 'amount'>[]): Map<string, bigint> {
  const byCoin = new Map<string, bigint>();
  for (const row of rows) byCoin.set(coinOf(row), (byCoin.get(coinOf(row)) ?? 0n) + BigInt(row.amount));
  return byCoin;
}

function textOf(last: DayRecord | CreditRecord | undefined): string {
  if (!last) return '';
  const { contract, token } = last;
  return ('day' in last ? [last.day, contract, token, last.role] : [contract, token]).join(' ');
}

const PLACE = /^(\d{4}-\d{2}-\d{2} 0x[0-9a-f]{40} 0x[0-9a-f]{40} [a-z]+|0x[0-9a-f]{40} 0x[0-9a-f]{40})$/;

/** @throws {BadCursor} */
function placeIn(cursor: string, list: List): Place {
  const text = openCursor(cursor, list);
  if (!PLACE.test(text)) throw new BadCursor();
  return text.split(' ') as Place;
}
