import type Database from 'better-sqlite3';
import type { BlockRange, Completeness, Debt, ProofState } from '../../store.ts';
import { createMeta } from '../meta.ts';

const UNVERIFIED = 'unverified_blocks';
const PROOF = 'proof';

/** What the chain can be asked about to learn whether the records hold all of it. */
export function completeness(db: Database.Database): Completeness {
  const counts = db.prepare<[number, number], { block_number: number; logs: number }>(
    'SELECT block_number, logs FROM indexed_logs WHERE block_number BETWEEN ? AND ?',
  );
  const meta = createMeta(db);
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
    unverifiedBlocks: async () => meta.read<BlockRange>(UNVERIFIED),
    setUnverifiedBlocks: async (range) => meta.write(UNVERIFIED, range),
    proof: async () => meta.read<ProofState>(PROOF),
    setProof: async (state) => meta.write(PROOF, state),
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
