import type Database from 'better-sqlite3';
import type {
  BookPage,
  Opening,
  Sale,
  SaleQuery,
  StoredVoucher,
  Voucher,
  VoucherItem,
  VoucherKey,
  Vouchers,
} from '../../book/vouchers.ts';
import type { Stored } from '../stored.ts';
import { createGroupCommit } from './group-commit.ts';

export const VOUCHER_COLUMNS = `contract, channel_id AS channelId, epoch, seq, provider, token, state, items, total, signature, digest,
  opened_at AS openedAtSec, updated_at AS updatedAtSec, claim_tx AS claimTx, reason,
  is_public OR state IN ('claiming', 'claimed', 'rejected') AS isPublic, lesser IS NOT NULL AS hasLesser`;
const OPENING = `scope, content_id AS contentId, contract, cid, unit, wallet, opened_at AS openedAtSec, until AS untilSec`;
export const VOUCHER_KEY =
  'contract = @contract AND channel_id = @channelId AND epoch = @epoch AND seq = @seq';
const DAY_SEC = 86_400;

export const OPEN_FOR_SQL = `SELECT ${OPENING} FROM openings
  WHERE wallet = @wallet AND contract = @contract AND content_id = @contentId AND until > @nowSec ORDER BY until`;
export const VOUCHERS_IN_SQL = `SELECT ${VOUCHER_COLUMNS} FROM vouchers
  WHERE provider = @provider AND state IN (SELECT value FROM json_each(@states))
  ORDER BY updated_at, channel_id, seq LIMIT @limit`;

export type VoucherRecord = Stored<Omit<StoredVoucher, 'items'>> & { items: string };

/** Vouchers and what was opened for them, in SQLite. */
export function vouchers(db: Database.Database): Vouchers {
  const one = db.prepare<[object], VoucherRecord>(
    `SELECT ${VOUCHER_COLUMNS} FROM vouchers WHERE ${VOUCHER_KEY}`,
  );
  const inStates = db.prepare<[object], VoucherRecord>(VOUCHERS_IN_SQL);
  const openFor = db.prepare<[object], Opening>(OPEN_FOR_SQL);
  const move = db.prepare<[object]>(`
    UPDATE vouchers SET state = @to, updated_at = @nowSec, claim_tx = @claimTx, reason = @reason
    WHERE ${VOUCHER_KEY} AND state IN (SELECT value FROM json_each(@from))`);
  const commit = createGroupCommit(db);
  const pageOf = pagesIn(db);
  const write = writerIn(db);

  return {
    sell: async <T>(of: SaleQuery, judge: (page: BookPage) => Sale<T>): Promise<T> =>
      await commit(() => {
        const sale = judge(pageOf(of));
        write(of, sale);
        return sale.answer;
      }),
    async voucher(key) {
      const row = one.get(key);
      return row ? toVoucher(row) : null;
    },
    vouchersIn: async ({ provider, states, limit }) =>
      inStates
        .all({ provider: provider.toLowerCase(), states: JSON.stringify(states), limit })
        .map(toVoucher),
    moveVoucher: async (key, { from, to, nowSec, claimTx = null, reason = null }) =>
      await commit(
        () => move.run({ ...key, from: JSON.stringify(from), to, nowSec, claimTx, reason }).changes > 0,
      ),
    openFor: async (wallet, of) => openFor.all({ ...of, wallet: wallet.toLowerCase() }),
  };
}

/** @returns what shows a sale what the book holds. */
function pagesIn(db: Database.Database): (of: SaleQuery) => BookPage {
  const inEpoch = `FROM vouchers WHERE contract = @contract AND channel_id = @channelId AND epoch = @epoch`;
  const relevant = db.prepare<[object], VoucherRecord>(
    `SELECT ${VOUCHER_COLUMNS} ${inEpoch}
      AND (state IN ('open', 'sealed', 'claiming') OR seq = @seq OR instr(items, @contentId) > 0) ORDER BY seq`,
  );
  const lastSeq = db.prepare<[object], number | null>(`SELECT max(seq) ${inEpoch}`).pluck();
  const recentSql = `SELECT ${OPENING} FROM openings
    WHERE scope = @scope AND content_id = @contentId AND (until > @nowSec OR opened_at > @nowSec - ${DAY_SEC})`;
  const recent = db.prepare<[object], Opening>(`${recentSql} ORDER BY slot`);
  const recentOf = db.prepare<[object], Opening>(
    `${recentSql} AND (unit = -1 OR unit IN (SELECT value FROM json_each(@units))) ORDER BY slot`,
  );
  const bought = boughtIn(db);
  const released = db
    .prepare<[VoucherKey], number>(
      `SELECT 1 FROM releases WHERE contract = @contract AND channel_id = @channelId AND (epoch >= @epoch OR state = 'sent')`,
    )
    .pluck();
  return ({ voucher, units, ...of }) => ({
    vouchers: voucher === null ? [] : relevant.all({ ...voucher, contentId: of.contentId }).map(toVoucher),
    isReleased: voucher !== null && released.get(voucher) !== undefined,
    lastSeq: voucher === null ? null : (lastSeq.get(voucher) ?? null),
    openings: units ? recentOf.all({ ...of, units: JSON.stringify(units) }) : recent.all(of),
    bought: bought(of.scope, of.contentId),
  });
}

function boughtIn(db: Database.Database): (scope: string, contentId: string) => number {
  const next = db
    .prepare<[string, string], number | null>(
      'SELECT max(slot) + 1 FROM openings WHERE scope = ? AND content_id = ?',
    )
    .pluck();
  return (scope, contentId) => next.get(scope, contentId) ?? 0;
}

/** @returns what writes what a sale comes to. */
function writerIn(db: Database.Database): (of: SaleQuery, sale: Sale<unknown>) => void {
  const seal = db.prepare<[object]>(
    `UPDATE vouchers SET state = 'sealed', updated_at = @nowSec
      WHERE contract = @contract AND channel_id = @channelId AND epoch = @epoch AND state = 'open'`,
  );
  const endEarlier = db.prepare<[object]>(
    `UPDATE vouchers SET state = 'void', updated_at = @nowSec
      WHERE contract = @contract AND channel_id = @channelId AND epoch < @epoch AND state IN ('open', 'sealed')`,
  );
  const keep = db.prepare<[object]>(`
    INSERT INTO vouchers (contract, channel_id, epoch, seq, provider, token, state, items, total, signature, digest,
      opened_at, updated_at)
    VALUES (@contract, @channelId, @epoch, @seq, @provider, @token, 'open', @items, @total, @signature, @digest,
      @nowSec, @nowSec)
    ON CONFLICT (contract, channel_id, epoch, seq) DO UPDATE SET items = excluded.items, total = excluded.total,
      signature = excluded.signature, digest = excluded.digest, updated_at = excluded.updated_at WHERE state = 'open'`);
  const open = db.prepare<[object]>(`
    INSERT INTO openings (scope, content_id, slot, contract, cid, unit, wallet, opened_at, until)
    VALUES (@scope, @contentId, @slot, @contract, @cid, @unit, @wallet, @openedAtSec, @untilSec)`);
  const bought = boughtIn(db);
  return ({ voucher: shown, nowSec }, { seals, voucher, opens = [] }) => {
    if (seals) seal.run({ ...shown, nowSec });
    if (voucher) {
      endEarlier.run({ ...shown, nowSec });
      const { changes } = keep.run({ ...columnsOf(voucher), nowSec });
      if (changes === 0)
        throw new Error(`voucher ${voucher.seq} of ${voucher.channelId} can't grow any more`);
    }
    for (const opening of opens) {
      const { scope, contentId } = opening;
      open.run({ ...opening, wallet: opening.wallet.toLowerCase(), slot: bought(scope, contentId) });
    }
  };
}

export function columnsOf({ items, total, ...voucher }: Voucher) {
  const inOrder = items.map(({ contentId, units, unitPrice }) => [contentId, `${units}`, `${unitPrice}`]);
  return {
    ...voucher,
    provider: voucher.provider.toLowerCase(),
    token: voucher.token.toLowerCase(),
    items: JSON.stringify(inOrder),
    total: `${total}`,
  };
}

export function toVoucher({ items, total, ...row }: VoucherRecord): StoredVoucher {
  return {
    ...{ ...row, items: itemsIn(items), total: BigInt(total) },
    ...{ isPublic: row.isPublic === 1, hasLesser: row.hasLesser === 1 },
  };
}

/** As a row has them. */
export function itemsIn(text: string): VoucherItem[] {
  return JSON.parse(text).map(toItem);
}

function toItem([contentId, units, unitPrice]: [string, string, string]): VoucherItem {
  return { contentId, units: Number(units), unitPrice: BigInt(unitPrice) };
}
