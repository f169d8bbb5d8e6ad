import type Database from 'better-sqlite3';
import { decodeCursor, type List, pageOf } from '../../cursor.ts';
import type { ChannelEventKind, ChannelEventRow, ChannelQuery, ChannelRow, Channels } from '../../store.ts';

const BEFORE = '(opened_block, opened_log_index) < (@beforeBlock, @beforeLogIndex)';
const OF_VIEWER = `SELECT * FROM channels WHERE viewer = @wallet AND ${BEFORE}`;
const OF_PROVIDER = `SELECT * FROM channels WHERE provider = @wallet AND ${BEFORE}`;
const PAGED = 'ORDER BY opened_block DESC, opened_log_index DESC LIMIT @limit';

/** Pages of a wallet's channels. Both roles are two walks that are merged: OR would read all channels for each page. */
export const CHANNELS_SQL = {
  viewer: `${OF_VIEWER} ${PAGED}`,
  provider: `${OF_PROVIDER} ${PAGED}`,
  either: `${OF_VIEWER} UNION ALL ${OF_PROVIDER} AND viewer <> @wallet ${PAGED}`,
};

const EVENTS_OF = 'SELECT * FROM channel_events WHERE contract = @contract AND channel_id = @channelId';
export const CHANNEL_EVENTS_SQL = `
  ${EVENTS_OF} AND kind <> 'rejected'
  UNION ALL ${EVENTS_OF} AND kind = 'rejected' AND claimer = @provider
  ORDER BY block_number DESC, log_index DESC LIMIT @limit`;

/** Payment channels in SQLite. */
export function channels(db: Database.Database): Channels {
  const one = db.prepare<[string, string], ChannelRecord>(
    'SELECT * FROM channels WHERE contract = ? AND channel_id = ?',
  );
  const byId = db.prepare<[string], ChannelRecord>(
    'SELECT * FROM channels WHERE channel_id = ? ORDER BY opened_block DESC, opened_log_index DESC',
  );
  const prepare = (sql: string) => db.prepare<[PageParameters], ChannelRecord>(sql);
  const pages = {
    viewer: prepare(CHANNELS_SQL.viewer),
    provider: prepare(CHANNELS_SQL.provider),
    either: prepare(CHANNELS_SQL.either),
  };
  const events = db.prepare<[EventParameters], EventRecord>(CHANNEL_EVENTS_SQL);

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
      const page = pageOf(found, limit, list, (row) => [row.opened_block, row.opened_log_index]);
      return { ...page, rows: page.rows.map(toChannel) };
    },
    channelEvents: async ({ contract, channelId, provider }, limit) =>
      events.all({ contract, channelId, provider, limit }).map(toEvent),
  };
}

interface PageParameters {
  wallet: string;
  beforeBlock: number;
  beforeLogIndex: number;
  limit: number;
}

interface EventParameters {
  contract: string;
  channelId: string;
  provider: string;
  limit: number;
}

interface ChannelRecord {
  contract: string;
  channel_id: string;
  viewer: string;
  provider: string;
  token: string;
  authorizer: string;
  salt: string;
  deposit: string;
  claimed: string;
  epoch: number;
  next_seq: number;
  withdrawable_at: number | null;
  opened_at: number;
  opened_block: number;
  opened_log_index: number;
  tx_hash: string;
}

interface EventRecord {
  kind: ChannelEventKind;
  payer: string | null;
  amount: string | null;
  seq: number | null;
  reason: number | null;
  timestamp: number;
  tx_hash: string;
  block_number: number;
  log_index: number;
}

function toChannel(row: ChannelRecord): ChannelRow {
  return {
    contract: row.contract,
    channelId: row.channel_id,
    viewer: row.viewer,
    provider: row.provider,
    token: row.token,
    authorizer: row.authorizer,
    salt: row.salt,
    deposit: BigInt(row.deposit),
    claimed: BigInt(row.claimed),
    epoch: row.epoch,
    nextSeq: row.next_seq,
    withdrawableAtSec: row.withdrawable_at,
    openedAtSec: row.opened_at,
    txHash: row.tx_hash,
  };
}

function toEvent(row: EventRecord): ChannelEventRow {
  return {
    kind: row.kind,
    payer: row.payer,
    amount: row.amount === null ? null : BigInt(row.amount),
    seq: row.seq,
    reason: row.reason,
    timestampSec: row.timestamp,
    txHash: row.tx_hash,
    blockNumber: row.block_number,
    logIndex: row.log_index,
  };
}
