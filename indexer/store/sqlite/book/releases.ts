import type Database from 'better-sqlite3';
import type { Release, ReleasedVoucher, Releases } from '../../book/releases.ts';
import { createMeta } from '../meta.ts';
import type { Stored } from '../stored.ts';
import { transactional } from '../transactional.ts';
import { toVoucher, VOUCHER_COLUMNS, type VoucherRecord } from './vouchers.ts';

/** When the book was put back from a copy, by its name in `meta`. */
export const PUT_BACK_AT = 'put_back_at';
/** Until when another host may have sold for the same deposits. */
const ELSEWHERE_UNTIL = 'sold_elsewhere_until';

const COLUMNS = `contract, channel_id AS channelId, epoch, state, asked_at AS askedAtSec, data, gas, account, nonce,
  tx_hash AS txHash`;
const KEY = 'contract = @contract AND channel_id = @channelId';
/** Nobody has moved it since it was read. */
const UNMOVED = `${KEY} AND epoch = @epoch AND state = @state AND nonce IS @nonce AND tx_hash IS @txHash`;

type ReleaseRecord = Stored<Release>;
type ReleasedRecord = VoucherRecord & { isFinal: number; claimedBy: string | null };

export function releases(db: Database.Database): Releases {
  const begin = db.prepare<[object]>(`
    INSERT INTO releases (contract, channel_id, epoch, state, asked_at, data, gas)
    VALUES (@contract, @channelId, @epoch, 'asked', @askedAtSec, @data, @gas)
    ON CONFLICT DO UPDATE SET epoch = excluded.epoch, state = 'asked', asked_at = excluded.asked_at,
      data = excluded.data, gas = excluded.gas, account = NULL, nonce = NULL, tx_hash = NULL
    WHERE state = 'over' AND epoch < excluded.epoch`);
  const one = db.prepare<[object], ReleaseRecord>(`SELECT ${COLUMNS} FROM releases WHERE ${KEY}`);
  const open = db.prepare<[], ReleaseRecord>(
    `SELECT ${COLUMNS} FROM releases WHERE state <> 'over' ORDER BY asked_at`,
  );
  const vouchers = db.prepare<[object], ReleasedRecord>(
    `SELECT ${VOUCHER_COLUMNS}, decided AS isFinal,
      (SELECT account FROM sent_transactions WHERE hash = claim_tx) AS claimedBy
    FROM vouchers WHERE ${KEY} AND epoch >= @epoch ORDER BY epoch, seq`,
  );
  const move = db.prepare<[object]>(`
    UPDATE releases SET epoch = @toEpoch, state = @toState, account = @toAccount, nonce = @toNonce, tx_hash = @toTx
    WHERE ${UNMOVED}`);
  const drop = db.prepare<[object]>(`DELETE FROM releases WHERE ${UNMOVED}`);
  const meta = createMeta(db);

  const written = (release: Release, change: Partial<Release>): boolean => {
    const { epoch, state, account, nonce, txHash } = { ...release, ...change };
    const to = { toEpoch: epoch, toState: state, toAccount: account, toNonce: nonce, toTx: txHash };
    return move.run({ ...columnsOf(release), ...to }).changes > 0;
  };
  const vouchersFrom = (of: object) => vouchers.all(of).map(toReleased);
  return {
    beginRelease: async (release) => begin.run({ ...release, gas: `${release.gas}` }).changes > 0,
    async releaseOf(key) {
      const row = one.get(key);
      return row ? toRelease(row) : null;
    },
    openReleases: async () => open.all().map(toRelease),
    vouchersToRelease: async (of) => vouchersFrom(of),
    markReleaseSent: transactional(db, (release, by, judge) => {
      if (release.state !== 'asked' || !judge(vouchersFrom(columnsOf(release)))) return false;
      return written(release, { ...by, state: 'sent', txHash: null });
    }),
    moveRelease: async (release, to) =>
      to === null ? drop.run(columnsOf(release)).changes > 0 : written(release, to),
    noteSoldElsewhere: transactional(db, (untilSec) =>
      meta.write(ELSEWHERE_UNTIL, Math.max(untilSec, meta.read<number>(ELSEWHERE_UNTIL) ?? 0)),
    ),
    knowsSinceSec: async () =>
      Math.max(...['created_at', PUT_BACK_AT, ELSEWHERE_UNTIL].map((key) => meta.read<number>(key) ?? 0)),
  };
}

function columnsOf({ gas, ...release }: Release) {
  return { ...release, gas: `${gas}` };
}

function toRelease({ gas, ...row }: ReleaseRecord): Release {
  return { ...row, gas: BigInt(gas) };
}

function toReleased({ isFinal, claimedBy, ...row }: ReleasedRecord): ReleasedVoucher {
  return { ...toVoucher(row), isFinal: isFinal === 1, claimedBy };
}
