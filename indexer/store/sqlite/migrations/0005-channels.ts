export default `
CREATE TABLE channels (
  contract TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  viewer TEXT NOT NULL,
  provider TEXT NOT NULL,
  token TEXT NOT NULL,
  authorizer TEXT NOT NULL,
  salt TEXT NOT NULL,
  deposit TEXT NOT NULL DEFAULT '0',
  claimed TEXT NOT NULL DEFAULT '0',
  epoch INTEGER NOT NULL,
  next_seq INTEGER NOT NULL,
  withdrawable_at INTEGER,
  opened_at INTEGER NOT NULL,
  opened_block INTEGER NOT NULL,
  opened_log_index INTEGER NOT NULL,
  tx_hash TEXT NOT NULL,
  PRIMARY KEY (contract, channel_id)
) WITHOUT ROWID;
CREATE INDEX channels_by_id ON channels (channel_id);
CREATE INDEX channels_by_viewer ON channels (viewer, opened_block, opened_log_index);
CREATE INDEX channels_by_provider ON channels (provider, opened_block, opened_log_index);

-- claimer: who claimed, for a bill that was paid or rejected; a rejected one may name a channel that is not theirs.
CREATE TABLE channel_events (
  block_number INTEGER NOT NULL,
  log_index INTEGER NOT NULL,
  block_hash TEXT NOT NULL,
  tx_hash TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  contract TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('opened', 'deposited', 'claimed', 'rejected', 'withdraw_initiated',
    'withdraw_cancelled', 'withdraw_finalized', 'released')),
  payer TEXT,
  claimer TEXT,
  amount TEXT,
  seq INTEGER,
  reason INTEGER,
  PRIMARY KEY (block_number, log_index)
) WITHOUT ROWID;
CREATE INDEX channel_events_by_channel ON channel_events (contract, channel_id, block_number, log_index);

-- Blocks that were read before there were channels must be read again for them.
DELETE FROM meta WHERE key = 'indexed_contracts';
`;
