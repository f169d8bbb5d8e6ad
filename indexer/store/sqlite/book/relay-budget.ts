import type Database from 'better-sqlite3';
import type { RelayBudget } from '../../book.ts';
import { transactional } from '../transactional.ts';

interface GasSums {
  day: number;
  wallet: number;
}

/** The budget of relayed calls in SQLite. */
export function relayBudget(db: Database.Database): RelayBudget {
  const forget = db.prepare('DELETE FROM relay_gas WHERE day < ?');
  const spent = db.prepare<{ day: string; wallet: string }, GasSums>(`
    SELECT coalesce(sum(gas), 0) AS day, coalesce(sum(gas) FILTER (WHERE wallet = lower(@wallet)), 0) AS wallet
    FROM relay_gas WHERE day = @day`);
  const add = db.prepare(`
    INSERT INTO relay_gas (day, wallet, gas) VALUES (@day, lower(@wallet), @gas)
    ON CONFLICT (day, wallet) DO UPDATE SET gas = gas + excluded.gas`);

  return {
    countRelayGas: transactional(db, ({ day, wallet, gas, dayLimit, walletLimit }) => {
      const before = spent.get({ day, wallet }) ?? { day: 0, wallet: 0 };
      if (gas > 0n && BigInt(before.day) + gas > dayLimit) return 'day';
      if (gas > 0n && BigInt(before.wallet) + gas > walletLimit) return 'wallet';
      forget.run(day);
      add.run({ day, wallet, gas: Number(gas) });
      return null;
    }),
  };
}
