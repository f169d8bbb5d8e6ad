import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { SingleFlight } from '../../../lib/tasks.ts';
import type { Claims, VoucherSum, VouchersQuery } from '../../book/claims.ts';
import type { StoredVoucher } from '../../book/vouchers.ts';
import { BadCursor, type List, openCursor, sealCursor } from '../../cursor.ts';
import { createSearch, whereOf } from '../statement-cache.ts';
import { transactional } from '../transactional.ts';
import {
  columnsOf,
  itemsIn,
  toVoucher,
  VOUCHER_COLUMNS,
  VOUCHER_KEY,
  type VoucherRecord,
} from './vouchers.ts';

const CONDITIONS = {
  provider: 'provider = @provider',
  state: 'state = @state',
  openedAt:
    '(opened_at, contract, channel_id, epoch, seq) < (@openedAt, @contract, @channelId, @epoch, @seq)',
} as const;

/** Latest opened first. Exported for the test of its plan. */
export function vouchersOfSql(given: readonly string[]): string {
  return `SELECT ${VOUCHER_COLUMNS} FROM vouchers WHERE ${whereOf(CONDITIONS, given)}
    ORDER BY opened_at DESC, contract DESC, channel_id DESC, epoch DESC, seq DESC LIMIT @limit`;
}

/** Exported for the test of its plan. */
export const UNDECIDED_SQL = `SELECT ${VOUCHER_COLUMNS} FROM vouchers
  WHERE provider = @provider AND decided = 0
    AND (contract, channel_id, epoch, seq) > (@contract, @channelId, @epoch, @seq)
  ORDER BY contract, channel_id, epoch, seq LIMIT @limit`;

const FIRST = { contract: '', channelId: '', epoch: 0, seq: 0 };

/** What becomes of vouchers, in SQLite. */
export function claims(db: Database.Database): Claims {
  const undecided = db.prepare<[object], VoucherRecord>(UNDECIDED_SQL);
  const decide = db.prepare<[object]>(`
    UPDATE vouchers SET state = @to, claim_tx = @claimTx, reason = @reason, decided = @decided, updated_at = @nowSec
    WHERE ${VOUCHER_KEY} AND state = @from AND decided = 0 AND digest = coalesce(@digest, digest)`);
  const rebuild = db.prepare<[object]>(`
    INSERT INTO vouchers (contract, channel_id, epoch, seq, provider, token, state, items, total, signature, digest,
      opened_at, updated_at, claim_tx, decided)
    VALUES (@contract, @channelId, @epoch, @seq, @provider, @token, 'claimed', @items, @total, '', '',
      @claimedAtSec, @claimedAtSec, @claimTx, @decided)
    ON CONFLICT DO UPDATE SET state = 'claimed', claim_tx = excluded.claim_tx, reason = NULL, decided = 0,
      items = iif(signature = '', excluded.items, items),
      total = iif(signature = '', excluded.total, total) WHERE state IN ('rejected', 'void')`);
  // Decimal text of two numbers is compared by its length first.
  const raise = db.prepare<[object]>(`
    UPDATE vouchers SET state = 'claimed', items = @items, total = @total, signature = '', digest = '',
      lesser = iif(signature = '', lesser,
        json_object('items', items, 'total', total, 'signature', signature, 'digest', digest)),
      updated_at = @claimedAtSec, claim_tx = @claimTx, reason = NULL, decided = @decided
    WHERE ${VOUCHER_KEY} AND (length(total), total) < (length(@total), @total)`);
  const signedForm = ['items', 'total', 'signature', 'digest'].map(
    (name) => `${name} = lesser ->> '${name}'`,
  );
  const lower = db.prepare<[object]>(`
    UPDATE vouchers SET ${signedForm.join(', ')}, lesser = NULL
    WHERE ${VOUCHER_KEY} AND state = 'sealed' AND lesser IS NOT NULL`);
  const search = createSearch<VoucherRecord>(db, vouchersOfSql);

  return {
    undecidedVouchers: async (provider, { limit, after = FIRST }) => {
      const { contract, channelId, epoch, seq } = after;
      const place = { contract, channelId, epoch, seq, limit };
      return undecided.all({ ...place, provider: provider.toLowerCase() }).map(toVoucher);
    },
    decideVouchers: transactional(db, (fates, nowSec) => {
      for (const { key, isFinal, digest = null, ...fate } of fates) {
        decide.run({ ...key, ...fate, digest, decided: isFinal ? 1 : 0, nowSec });
        if (fate.to === 'sealed') lower.run(key);
      }
    }),
    rebuildVouchers: transactional(db, (rebuilt) => {
      for (const { isFinal, claimTx, claimedAtSec, ...voucher } of rebuilt) {
        const columns = columnsOf({ ...voucher, signature: '', digest: '' });
        const row = { ...columns, claimTx, claimedAtSec, decided: isFinal ? 1 : 0 };
        if (raise.run(row).changes === 0) rebuild.run(row);
      }
    }),
    async vouchersOf({ provider, state, limit, cursor }: VouchersQuery) {
      const list: List = ['vouchers', provider.toLowerCase(), state];
      const place = cursor === undefined ? {} : placeIn(cursor, list);
      const found = search({ provider: provider.toLowerCase(), state, ...place, limit: limit + 1 });
      const rows = found.slice(0, limit).map(toVoucher);
      const last = rows.at(-1);
      return { rows, nextCursor: found.length > limit && last ? sealCursor(textOf(last), list) : null };
    },
    unclaimed: unclaimedIn(db),
  };
}

type Unpaid = Pick<VoucherRecord, 'contract' | 'token' | 'state' | 'total' | 'openedAtSec' | 'items'>;
const SUMMED = 1_000;
const SUMMED_COLUMNS =
  'contract, channel_id AS channelId, epoch, seq, opened_at AS openedAtSec, token, state, items, total';

/** Exported for the test of its plan. */
export const REFUSED_SQL = `SELECT ${SUMMED_COLUMNS} FROM vouchers
  WHERE provider = @provider AND state = 'rejected' AND decided = 1
    AND (opened_at, contract, channel_id, epoch, seq) > (@openedAtSec, @contract, @channelId, @epoch, @seq)
  ORDER BY opened_at, contract, channel_id, epoch, seq LIMIT ${SUMMED}`;

const START = { ...FIRST, openedAtSec: -1 };

function unclaimedIn(db: Database.Database): Claims['unclaimed'] {
  type Row = Unpaid & typeof START;
  const undecided = db.prepare<[object], Row>(
    `SELECT ${SUMMED_COLUMNS} FROM vouchers
      WHERE provider = @provider AND decided = 0
        AND (contract, channel_id, epoch, seq) > (@contract, @channelId, @epoch, @seq)
      ORDER BY contract, channel_id, epoch, seq LIMIT ${SUMMED}`,
  );
  const refused = db.prepare<[object], Row>(REFUSED_SQL);
  async function sumOf(provider: string): Promise<VoucherSum[]> {
    const sums: Sums = new Map();
    for (const page of [undecided, refused]) {
      for (let after = START; ; ) {
        const rows = page.all({ ...after, provider });
        addTo(sums, rows);
        const last = rows.at(-1);
        if (rows.length < SUMMED || !last) break;
        after = last;
        // Others have their turn.
        await setImmediate();
      }
    }
    return [...sums.values()];
  }
  // However many ask meanwhile, it is summed up once.
  const underWay = new SingleFlight<VoucherSum[]>();
  return (given) => {
    const provider = given.toLowerCase();
    return underWay.run(provider, () => sumOf(provider));
  };
}

type Sums = Map<string, VoucherSum & { byContent: Map<string, bigint> }>;

/** In SQLite a sum is no larger than 64 bits. */
function addTo(sums: Sums, rows: readonly Unpaid[]): void {
  for (const { contract, token, state, items, total, openedAtSec } of rows) {
    if (state === 'claimed' || state === 'void') continue;
    const key = `${contract} ${token} ${state}`;
    let sum = sums.get(key);
    if (!sum) {
      sum = {
        contract,
        token,
        state,
        vouchers: 0,
        oldestAtSec: openedAtSec,
        total: 0n,
        byContent: new Map(),
      };
      sums.set(key, sum);
    }
    sum.vouchers += 1;
    sum.oldestAtSec = Math.min(sum.oldestAtSec, openedAtSec);
    sum.total += BigInt(total);
    for (const { contentId, units, unitPrice } of itemsIn(items)) {
      const before = sum.byContent.get(contentId) ?? 0n;
      sum.byContent.set(contentId, before + BigInt(units) * unitPrice);
    }
  }
}

function textOf({ openedAtSec, contract, channelId, epoch, seq }: StoredVoucher): string {
  return [openedAtSec, contract, channelId, epoch, seq].join(' ');
}

const PLACE = /^(\d{1,15}) (0x[0-9a-f]{40}) (0x[0-9a-f]{64}) (\d{1,10}) (\d{1,10})$/;

/** @throws {BadCursor} */
function placeIn(cursor: string, list: List) {
  const [, openedAt, contract, channelId, epoch, seq] = PLACE.exec(openCursor(cursor, list)) ?? [];
  if (openedAt === undefined) throw new BadCursor();
  return { openedAt: Number(openedAt), contract, channelId, epoch: Number(epoch), seq: Number(seq) };
}
