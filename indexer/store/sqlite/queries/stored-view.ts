import type Database from 'better-sqlite3';
import type { ViewRow, ViewSource } from '../../views.ts';
import { unpacked } from '../names.ts';
import { moneyOrNull } from '../stored.ts';

/** As `views` numbers them. */
export const SOURCES: readonly ViewSource[] = ['direct', 'voucher', 'sponsored', 'reported'];

/** The fields of a row `view` as they are stored: making texts of them takes SQLite three times as long. */
export const VIEW_COLUMNS = `view.seq AS key, view.source, view.contract, view.content_id AS contentId, view.cid,
  view.blockchain_address AS viewer, view.provider_wallet AS provider, view.creator_wallet AS creator, view.token,
  CAST(view.price AS TEXT) AS price, view.units, CAST(view.amount AS TEXT) AS amount,
  CAST(view.creator_amount AS TEXT) AS creatorAmount, CAST(view.provider_amount AS TEXT) AS providerAmount,
  view.payer, view.attributed, view.timestamp AS timestampSec, view.tx_hash AS txHash, view.block_number AS blockNumber,
  view.log_index AS logIndex, view.item, view.ref, view.linked_to AS linkedTo,
  (SELECT count(*) FROM views report WHERE report.linked_to = view.seq) AS reportedUnits`;

type Packed = string | Buffer | null;

export interface StoredView {
  key: number;
  source: number;
  contract: number;
  contentId: number;
  cid: number;
  viewer: number;
  provider: number;
  creator: number;
  token: number;
  price: string;
  units: number;
  amount: string;
  creatorAmount: string | null;
  providerAmount: string | null;
  payer: number | null;
  attributed: number;
  timestampSec: number;
  txHash: Packed;
  blockNumber: number | null;
  logIndex: number | null;
  item: number | null;
  ref: Packed;
  linkedTo: number | null;
  reportedUnits: number;
}

const MAX_KEPT = 50_000;

/** @returns what makes a view of its row. A name that is read once is kept: it never changes. */
export function createToView(db: Database.Database): (row: StoredView) => ViewRow {
  const read = db.prepare<[number], string | Buffer>('SELECT name FROM names WHERE id = ?').pluck();
  const known = new Map<number, string>();

  function nameOf(number: number): string {
    const kept = known.get(number);
    if (kept !== undefined) return kept;
    const name = unpacked(read.get(number) ?? null);
    if (name === null) throw new Error(`a view names ${number}, and nothing has that number`);
    if (known.size >= MAX_KEPT) known.clear();
    known.set(number, name);
    return name;
  }

  return (row) => {
    const source = SOURCES[row.source] ?? 'reported';
    const txHash = unpacked(row.txHash);
    return {
      key: row.key,
      id: idOf(row, source, txHash),
      contract: nameOf(row.contract),
      contentId: nameOf(row.contentId),
      cid: nameOf(row.cid),
      viewer: nameOf(row.viewer),
      provider: nameOf(row.provider),
      creator: nameOf(row.creator),
      token: nameOf(row.token),
      price: BigInt(row.price),
      units: row.units,
      amount: BigInt(row.amount),
      creatorAmount: moneyOrNull(row.creatorAmount),
      providerAmount: moneyOrNull(row.providerAmount),
      payer: row.payer === null ? null : nameOf(row.payer),
      attributed: row.attributed === 1,
      timestampSec: row.timestampSec,
      source,
      settled: source !== 'reported' || row.linkedTo !== null,
      reportedUnits: row.reportedUnits,
      txHash,
      blockNumber: row.blockNumber,
    };
  };
}

function idOf({ ref, logIndex, item }: StoredView, source: ViewSource, txHash: string | null): string {
  if (source === 'reported') return unpacked(ref) ?? '';
  return source === 'direct' ? `${txHash}:${logIndex}` : `${txHash}:${logIndex}:${item}`;
}
