import type Database from 'better-sqlite3';
import type { BlockRange, Completeness, Debt } from '../../store.ts';

const UNVERIFIED = 'unverified_blocks';

/** What the chain can be asked about to learn whether the records hold all of it. */
export function completeness(db: Database.Database): Completeness {
  const counts = db.prepare<[number, number], { block_number: number; logs: number }>(
    'SELECT block_number, logs FROM indexed_logs WHERE block_number BETWEEN ? AND ?',
  );
  const read = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const write = db.prepare<[string, string]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const creditOf = db.prepare<[string, string, string], { credited: string; withdrawn: string }>(
    'SELECT credited, withdrawn FROM credits WHERE account = ? AND contract = ? AND token = ?',
  );
  const amounts = db.prepare<[], { contract: string; token: string; plus: string; minus: string }>(
    `SELECT contract, token, credited AS plus, withdrawn AS minus FROM credits
      UNION ALL SELECT contract, token, deposit, '0' FROM channels`,
  );

  return {
    async logCounts({ from, to }) {
      return new Map(counts.all(from, to).map(({ block_number, logs }) => [block_number, logs]));
    },
    unverifiedBlocks: async () => JSON.parse(read.get(UNVERIFIED) ?? 'null') as BlockRange | null,
    setUnverifiedBlocks: async (range) => void write.run(UNVERIFIED, JSON.stringify(range)),
    async credit(account, contract, token) {
      const { credited, withdrawn } = creditOf.get(account, contract, token) ?? { credited: 0, withdrawn: 0 };
      return BigInt(credited) - BigInt(withdrawn);
    },
    async owed() {
      const sums = new Map<string, Debt>();
      for (const { contract, token, plus, minus } of amounts.iterate()) {
        const name = `${contract} ${token}`;
        const sum = sums.get(name) ?? { contract, token, amount: 0n };
        sum.amount += BigInt(plus) - BigInt(minus);
        sums.set(name, sum);
      }
      return [...sums.values()];
    },
  };
}
