import type Database from 'better-sqlite3';
import { decodeCursor, type List, pageOf } from '../../cursor.ts';
import type { ChannelEventRow, ChannelQuery, ChannelRow, Channels } from '../../store.ts';
import { moneyOrNull, type Stored } from '../stored.ts';

const BEFORE = '(opened_block, opened_log_index) < (@beforeBlock, @beforeLogIndex)';
const COLUMNS = `contract, channel_id AS channelId, viewer, provider, token, authorizer, salt, deposit, claimed, epoch,
  next_seq AS nextSeq, withdrawable_at AS withdrawableAtSec, opened_at AS openedAtSec, tx_hash AS txHash,
  opened_block AS openedBlock, opened_log_index AS openedLogIndex`;
const OF_VIEWER = `SELECT ${COLUMNS} FROM channels WHERE viewer = @wallet AND ${BEFORE}`;
const OF_PROVIDER = `SELECT ${COLUMNS} FROM channels WHERE provider = @wallet AND ${BEFORE}`;
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

type Parameters = Record<string, string | number>;

/** Payment channels in SQLite. */
export function channels(db: Database.Database): Channels {
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
    async channelsOf({ wallet, role, limit, cursor }: ChannelQuery) {
      const list: List = ['channels', wallet.toLowerCase(), role];
      const [beforeBlock, beforeLogIndex] =
        cursor === undefined ? [Number.MAX_SAFE_INTEGER, 0] : decodeCursor(cursor, list);
      const parameters = { wallet: wallet.toLowerCase(), beforeBlock, beforeLogIndex, limit: limit + 1 };
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
