import type Database from 'better-sqlite3';
import { decodeCursor, type List, pageOf } from '../../cursor.ts';
import type {
  ChannelEventRow,
  ChannelQuery,
  ChannelRow,
  Channels,
  ClaimedUnits,
  ClaimOutcome,
} from '../../store.ts';
import { moneyOrNull, type Stored } from '../stored.ts';

const BEFORE = '(opened_block, opened_log_index) < (@beforeBlock, @beforeLogIndex)';
const COLUMNS = `contract, channel_id AS channelId, viewer, provider, token, authorizer, salt, deposit, claimed, epoch,
  next_seq AS nextSeq, withdrawable_at AS withdrawableAtSec, opened_at AS openedAtSec, tx_hash AS txHash,
  opened_block AS openedBlock, opened_log_index AS openedLogIndex`;
const WITH = '(@with IS NULL OR provider = @with)';
const OF_VIEWER = `SELECT ${COLUMNS} FROM channels WHERE viewer = @wallet AND ${BEFORE} AND ${WITH}`;
const OF_PROVIDER = `SELECT ${COLUMNS} FROM channels WHERE provider = @wallet AND ${BEFORE} AND ${WITH}`;
const LATEST_FIRST = 'ORDER BY openedBlock DESC, openedLogIndex DESC';
const PAGED = `${LATEST_FIRST} LIMIT @limit`;

/** Pages of a wallet's channels. Both roles are two walks that are merged: OR would read all channels for each page. */
export const CHANNELS_SQL = {
  viewer: `${OF_VIEWER} ${PAGED}`,
  provider: `${OF_PROVIDER} ${PAGED}`,
  either: `${OF_VIEWER} UNION ALL ${OF_PROVIDER} AND viewer <> @wallet ${PAGED}`,
};

const EVENTS_OF = `SELECT kind, payer, amount, seq, reason, timestamp AS timestampSec, tx_hash AS txHash,
    block_number AS blockNumber, log_index AS logIndex
  FROM channel_events WHERE contract = @contract AND channel_id = @channelId`;
export const CHANNEL_EVENTS_SQL = `
  ${EVENTS_OF} AND kind <> 'rejected'
  UNION ALL ${EVENTS_OF} AND kind = 'rejected' AND claimer = @provider
  ORDER BY blockNumber DESC, logIndex DESC LIMIT @limit`;

type Parameters = Record<string, string | number | null>;

const ENDED = `FROM channel_events ended WHERE ended.kind <> 'rejected' AND ended.kind IN ('withdraw_finalized', 'released')`;
/** seq never falls, so that of the claims of a channel each has a number of its own. */
const OUTCOMES = `SELECT kind, contract, channel_id AS channelId, seq, amount, reason, tx_hash AS txHash,
    timestamp AS timestampSec, block_number AS blockNumber, log_index AS logIndex,
    (SELECT count(*) + 1 ${ENDED} AND ended.contract = event.contract AND ended.channel_id = event.channel_id
      AND (ended.block_number, ended.log_index) < (event.block_number, event.log_index)) AS epoch
  FROM channel_events event`;
const BY_PLACE = 'ORDER BY block_number, log_index';
/** Exported for the test of their plans. */
export const CLAIMS_SQL = {
  by: `${OUTCOMES} WHERE claimer = @provider AND kind = 'claimed'
    AND (block_number, log_index) > (@blockNumber, @logIndex) ${BY_PLACE} LIMIT @limit`,
  from: `${OUTCOMES} WHERE contract = @contract AND channel_id = @channelId AND kind <> 'rejected' AND kind = 'claimed'
    AND seq >= @seq ${BY_PLACE} LIMIT 1`,
  rejection: `${OUTCOMES} WHERE contract = @contract AND channel_id = @channelId AND claimer = @provider
    AND kind = 'rejected' AND seq = @seq ORDER BY block_number DESC, log_index DESC LIMIT 1`,
};

/** Payment channels in SQLite. */
export function channels(db: Database.Database): Channels {
  return { ...channelReads(db), ...claims(db) };
}

type Claims = Pick<Channels, 'claimsBy' | 'claimFrom' | 'rejectionOf' | 'claimedUnits' | 'epochEndedIn'>;

/** What became of vouchers. */
function claims(db: Database.Database): Claims {
  const prepare = (sql: string) => db.prepare<[object], Stored<ClaimOutcome>>(sql);
  const by = prepare(CLAIMS_SQL.by);
  const from = prepare(CLAIMS_SQL.from);
  const rejection = prepare(CLAIMS_SQL.rejection);
  const units = db.prepare<[object], Stored<ClaimedUnits>>(
    `SELECT content_id AS contentId, units, price FROM streaming_access_logs
      WHERE block_number = @blockNumber AND log_index = @logIndex ORDER BY item`,
  );
  const ended = db
    .prepare<[object], number>(
      `SELECT ended.block_number ${ENDED} AND ended.contract = @contract AND ended.channel_id = @channelId
        ORDER BY ended.block_number, ended.log_index LIMIT 1 OFFSET @before`,
    )
    .pluck();
  return {
    claimsBy: async (provider, after, limit) => by.all({ ...after, provider, limit }).map(toOutcome),
    claimFrom: async (contract, channelId, seq) => outcomeOrNull(from.get({ contract, channelId, seq })),
    rejectionOf: async (voucher) => outcomeOrNull(rejection.get(voucher)),
    claimedUnits: async (at) => units.all(at).map((row) => ({ ...row, price: BigInt(row.price) })),
    epochEndedIn: async (contract, channelId, epoch) =>
      ended.get({ contract, channelId, before: epoch - 1 }) ?? null,
  };
}

function outcomeOrNull(row: Stored<ClaimOutcome> | undefined): ClaimOutcome | null {
  return row ? toOutcome(row) : null;
}

function toOutcome(row: Stored<ClaimOutcome>): ClaimOutcome {
  return { ...row, amount: moneyOrNull(row.amount) };
}

function channelReads(
  db: Database.Database,
): Pick<Channels, 'channel' | 'channelsById' | 'channelsOf' | 'channelEvents'> {
  const one = db.prepare<[string, string], ChannelRecord>(
    `SELECT ${COLUMNS} FROM channels WHERE contract = ? AND channel_id = ?`,
  );
  const byId = db.prepare<[string], ChannelRecord>(
    `SELECT ${COLUMNS} FROM channels WHERE channel_id = ? ${LATEST_FIRST}`,
  );
  const prepare = (sql: string) => db.prepare<[Parameters], ChannelRecord>(sql);
  const pages = {
    viewer: prepare(CHANNELS_SQL.viewer),
    provider: prepare(CHANNELS_SQL.provider),
    either: prepare(CHANNELS_SQL.either),
  };
  const events = db.prepare<[Parameters], EventRecord>(CHANNEL_EVENTS_SQL);

  return {
    async channel(contract, channelId) {
      const row = one.get(contract, channelId);
      return row ? toChannel(row) : null;
    },
    channelsById: async (channelId) => byId.all(channelId).map(toChannel),
    async channelsOf({ wallet, role, provider, limit, cursor }: ChannelQuery) {
      const list: List = ['channels', wallet.toLowerCase(), role, provider?.toLowerCase()];
      const [beforeBlock, beforeLogIndex] =
        cursor === undefined ? [Number.MAX_SAFE_INTEGER, 0] : decodeCursor(cursor, list);
      const where = { wallet: wallet.toLowerCase(), with: provider?.toLowerCase() ?? null };
      const parameters = { ...where, beforeBlock, beforeLogIndex, limit: limit + 1 };
      const found = pages[role ?? 'either'].all(parameters);
      const page = pageOf(found, limit, list, (row) => [row.openedBlock, row.openedLogIndex]);
      return { ...page, rows: page.rows.map(toChannel) };
    },
    channelEvents: async ({ contract, channelId, provider }, limit) =>
      events.all({ contract, channelId, provider, limit }).map(toEvent),
  };
}

type ChannelRecord = Stored<ChannelRow> & { openedBlock: number; openedLogIndex: number };
type EventRecord = Stored<ChannelEventRow>;

function toChannel({ openedBlock, openedLogIndex, ...row }: ChannelRecord): ChannelRow {
  return { ...row, deposit: BigInt(row.deposit), claimed: BigInt(row.claimed) };
}

function toEvent(row: EventRecord): ChannelEventRow {
  return { ...row, amount: moneyOrNull(row.amount) };
}
