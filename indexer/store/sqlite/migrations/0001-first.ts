export default `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What was read from the chain, to notice a reorganisation and to take back what it removes.
CREATE TABLE chain_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, hash TEXT NOT NULL);
CREATE TABLE headers (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, undoable INTEGER NOT NULL);
CREATE TABLE undo_log (
  seq INTEGER PRIMARY KEY,
  block_number INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  row_key TEXT NOT NULL,
  prior TEXT
);
CREATE INDEX undo_log_by_block ON undo_log (block_number);

CREATE TABLE content_metadata (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  cid TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  video_name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  content_creator_wallet TEXT NOT NULL,
  token TEXT NOT NULL,
  price TEXT NOT NULL,
  provider_share_bps INTEGER NOT NULL,
  unit TEXT NOT NULL,
  retired INTEGER NOT NULL,
  metadata TEXT NOT NULL,
  scheduled_effective_at INTEGER,
  scheduled_retired INTEGER,
  scheduled_price TEXT,
  scheduled_provider_share_bps INTEGER,
  scheduled_unit TEXT,
  published_at INTEGER NOT NULL,
  published_block INTEGER NOT NULL,
  published_log_index INTEGER NOT NULL,
  tx_hash TEXT NOT NULL,
  creator_share REAL GENERATED ALWAYS AS ((10000 - provider_share_bps) / 100.0) VIRTUAL,
  provider_share REAL GENERATED ALWAYS AS (provider_share_bps / 100.0) VIRTUAL,
  PRIMARY KEY (contract, content_id)
) WITHOUT ROWID;
CREATE INDEX content_by_cid ON content_metadata (cid_key, published_block, published_log_index);
CREATE INDEX content_by_age ON content_metadata (published_block, published_log_index);
CREATE INDEX content_by_creator
  ON content_metadata (content_creator_wallet, published_block, published_log_index);

CREATE TABLE streams (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  cid TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  creator TEXT NOT NULL,
  url TEXT NOT NULL,
  active INTEGER NOT NULL,
  registered_at INTEGER NOT NULL,
  tx_hash TEXT NOT NULL,
  PRIMARY KEY (contract, content_id, provider)
) WITHOUT ROWID;
CREATE INDEX streams_active ON streams (registered_at) WHERE active = 1;

-- Chain rows and reported rows together, so that a page of history is one walk along one index.
-- A linked report (linked_to) is shown by its chain row alone. seq follows the chain, so it breaks ties of time.
-- payer: whose money it was, where that is known. attributed: somebody else named this viewer, who has neither paid nor
-- signed for it.
CREATE TABLE streaming_access_logs (
  seq INTEGER PRIMARY KEY,
  source TEXT NOT NULL CHECK (source IN ('direct', 'voucher', 'sponsored', 'reported')),
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  cid TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  blockchain_address TEXT NOT NULL,
  provider_wallet TEXT NOT NULL,
  creator_wallet TEXT NOT NULL,
  token TEXT NOT NULL,
  price TEXT NOT NULL,
  units INTEGER NOT NULL,
  amount TEXT NOT NULL,
  creator_amount TEXT,
  provider_amount TEXT,
  payer TEXT,
  attributed INTEGER NOT NULL DEFAULT 0,
  timestamp INTEGER NOT NULL,
  tx_hash TEXT,
  block_number INTEGER,
  block_hash TEXT,
  log_index INTEGER,
  item INTEGER,
  ref TEXT,
  reported_at INTEGER,
  linked_to TEXT,
  id TEXT GENERATED ALWAYS AS (
    CASE source
      WHEN 'reported' THEN ref
      WHEN 'direct' THEN tx_hash || ':' || log_index
      ELSE tx_hash || ':' || log_index || ':' || item
    END) VIRTUAL,
  settled INTEGER GENERATED ALWAYS AS (source <> 'reported' OR linked_to IS NOT NULL) VIRTUAL,
  CHECK ((source = 'reported') = (block_number IS NULL)),
  CHECK (source <> 'reported' OR ref IS NOT NULL),
  UNIQUE (block_number, log_index, item)
);
CREATE INDEX logs_by_cid ON streaming_access_logs (cid_key, timestamp) WHERE linked_to IS NULL;
CREATE INDEX logs_by_provider ON streaming_access_logs (provider_wallet, timestamp) WHERE linked_to IS NULL;
CREATE INDEX logs_by_content ON streaming_access_logs (content_id, timestamp) WHERE linked_to IS NULL;
CREATE INDEX logs_by_viewer ON streaming_access_logs (blockchain_address, attributed, timestamp)
  WHERE linked_to IS NULL;
CREATE INDEX logs_by_creator ON streaming_access_logs (creator_wallet, timestamp) WHERE linked_to IS NULL;
CREATE UNIQUE INDEX reports_by_ref ON streaming_access_logs (ref) WHERE source = 'reported';
CREATE INDEX reports_by_link ON streaming_access_logs (linked_to) WHERE linked_to IS NOT NULL;
CREATE INDEX reports_open ON streaming_access_logs (timestamp)
  WHERE source = 'reported' AND linked_to IS NULL;
CREATE INDEX reports_open_by_cid ON streaming_access_logs (cid_key, timestamp)
  WHERE source = 'reported' AND linked_to IS NULL;
CREATE INDEX reports_open_by_provider ON streaming_access_logs (provider_wallet, timestamp)
  WHERE source = 'reported' AND linked_to IS NULL;
CREATE INDEX reports_open_by_viewer ON streaming_access_logs (blockchain_address, timestamp)
  WHERE source = 'reported' AND linked_to IS NULL;
CREATE INDEX reports_open_by_creator ON streaming_access_logs (creator_wallet, timestamp)
  WHERE source = 'reported' AND linked_to IS NULL;
CREATE INDEX reports_open_by_view
  ON streaming_access_logs (content_id, blockchain_address, provider_wallet, timestamp)
  WHERE source = 'reported' AND linked_to IS NULL;

CREATE TABLE credits (
  account TEXT NOT NULL,
  contract TEXT NOT NULL,
  token TEXT NOT NULL,
  credited TEXT NOT NULL DEFAULT '0',
  withdrawn TEXT NOT NULL DEFAULT '0',
  PRIMARY KEY (account, contract, token)
) WITHOUT ROWID;
CREATE TABLE earnings_daily (
  wallet TEXT NOT NULL,
  day TEXT NOT NULL,
  contract TEXT NOT NULL,
  token TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('creator', 'provider', 'sponsor')),
  amount TEXT NOT NULL DEFAULT '0',
  PRIMARY KEY (wallet, day, contract, token, role)
) WITHOUT ROWID;
CREATE TABLE withdrawals (
  block_number INTEGER NOT NULL,
  log_index INTEGER NOT NULL,
  block_hash TEXT NOT NULL,
  tx_hash TEXT NOT NULL,
  contract TEXT NOT NULL,
  account TEXT NOT NULL,
  token TEXT NOT NULL,
  recipient TEXT NOT NULL,
  amount TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  PRIMARY KEY (block_number, log_index)
) WITHOUT ROWID;
CREATE INDEX withdrawals_by_account ON withdrawals (account, timestamp);

CREATE TABLE operator_key_lease (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  holder TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL
);
-- Every version of every nonce; seq tells the newest. raw goes once the chain holds the nonce for good.
CREATE TABLE sent_transactions (
  seq INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  nonce INTEGER NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  raw TEXT,
  purpose TEXT NOT NULL,
  sent_at_ms INTEGER NOT NULL
);
CREATE INDEX sent_unfinished ON sent_transactions (account, nonce, seq) WHERE raw IS NOT NULL;
CREATE INDEX sent_by_purpose ON sent_transactions (purpose, account);
CREATE TABLE sponsor_nonces (
  ref TEXT PRIMARY KEY,
  lane TEXT NOT NULL,
  counter INTEGER NOT NULL,
  UNIQUE (lane, counter)
) WITHOUT ROWID;
`;
