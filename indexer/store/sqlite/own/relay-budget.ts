import type Database from 'better-sqlite3';
import type { RelayBudget } from '../../store.ts';
import { transactional } from '../transactional.ts';

interface GasSums {
  day: number;
  wallet: number;
}

/** The budget of relayed calls in SQLite. */
export function relayBudget(db: Database.Database): RelayBudget {
  const forget = db.prepare('DELETE FROM relay_gas WHERE day < ?');
  const spent = db.prepare<{ day: string; wallet: string }, GasSums>(`
    SELECT coalesce(sum(gas), 0) AS day, coalesce(sum(gas) FILTER (WHERE wallet = @wallet), 0) AS wallet
    FROM relay_gas WHERE day = @day`);
  const add = db.prepare(`
    INSERT INTO relay_gas (day, wallet, gas) VALUES (@day, @wallet, @gas)
    ON CONFLICT (day, wallet) DO UPDATE SET gas = gas + excluded.gas`);

  return {
    countRelayGas: transactional(db, ({ gas, dayLimit, walletLimit, ...entry }) => {
      const key = { day: entry.day, wallet: entry.wallet.toLowerCase() };
      const before = spent.get(key) ?? { day: 0, wallet: 0 };
      if (gas > 0n && BigInt(before.day) + gas > dayLimit) return 'day';
      if (gas > 0n && BigInt(before.wallet) + gas > walletLimit) return 'wallet';
      forget.run(entry.day);
      add.run({ ...key, gas: Number(gas) });
      return null;
    }),
  };
}
