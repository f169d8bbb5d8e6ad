import type Database from 'better-sqlite3';
import type { ChainRecords } from '../../store.ts';
import { createMeta } from '../meta.ts';
import { nameSql } from '../names.ts';
import { transactional } from '../transactional.ts';

/** Which chain is mirrored, by which contracts, and whose vouchers say who has paid. */
export function chainIdentity(
  db: Database.Database,
): Pick<
  ChainRecords,
  'chainIdentity' | 'setChainIdentity' | 'indexedContracts' | 'setIndexedContracts' | 'setKnownCoins'
> {
  const meta = createMeta(db);
  const judgeVouchers = db.prepare<[string]>(`
    UPDATE views AS view SET
      payer = CASE WHEN known.value IS NULL THEN NULL ELSE blockchain_address END,
      attributed = known.value IS NULL
        AND NOT EXISTS (SELECT 1 FROM views report WHERE report.linked_to = view.seq)
    FROM (SELECT DISTINCT token FROM views WHERE source = 1) used
      LEFT JOIN json_each(?) known ON known.value = ${nameSql('used.token')}
    WHERE view.source = 1 AND view.token = used.token`);

  return {
    chainIdentity: async () => meta.read('chain_identity'),
    setChainIdentity: async (identity) => meta.write('chain_identity', identity),
    indexedContracts: async () => meta.read<string[]>('indexed_contracts') ?? [],
    setIndexedContracts: async (contracts) => meta.write('indexed_contracts', contracts),
    setKnownCoins: transactional(db, (tokens) => {
      const sorted = [...tokens].sort();
      const json = JSON.stringify(sorted);
      if (JSON.stringify(meta.read('known_coins')) === json) return;
      judgeVouchers.run(json);
      meta.write('known_coins', sorted);
    }),
  };
}
