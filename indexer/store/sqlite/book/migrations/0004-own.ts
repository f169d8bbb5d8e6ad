export default `
INSERT INTO meta (key, value)
  VALUES ('id', '"' || lower(hex(randomblob(8))) || '"'), ('created_at', CAST(unixepoch() AS TEXT));

-- What the mirror shows of this file and has not taken yet, in the order of commits; numbers have no gaps. payload: the ref of a
-- report, a canonical CID, else JSON.
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('report', 'shown', 'takedown', 'upload')),
  payload TEXT NOT NULL
);

-- Views that clients have reported, in the order in which they came.
CREATE TABLE reports (
  seq INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  cid TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  viewer TEXT NOT NULL,
  provider TEXT NOT NULL,
  creator TEXT NOT NULL,
  token TEXT NOT NULL,
  price TEXT NOT NULL,
  view_time INTEGER NOT NULL,
  tx_hash TEXT,
  received_at INTEGER NOT NULL
);

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
-- Gas spent on calls of wallets today: a budget that a restart does not fill again.
CREATE TABLE relay_gas (
  day TEXT NOT NULL,
  wallet TEXT NOT NULL,
  gas INTEGER NOT NULL,
  PRIMARY KEY (day, wallet)
) WITHOUT ROWID;

CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sign_in_nonces (nonce TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sign_in_nonces_by_end ON sign_in_nonces (expires_at);

-- due_at: when it is forgotten unless its process says that it is alive (receiving), when its time is over (staged),
-- when another process may take over (leaving). The media's CID is known from before storage keeps it.
CREATE TABLE staged_uploads (
  id TEXT PRIMARY KEY,
  wallet TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('receiving', 'staged', 'leaving')),
  cid TEXT,
  cid_key TEXT,
  video_name TEXT,
  size_bytes INTEGER NOT NULL,
  staged_at INTEGER,
  due_at INTEGER NOT NULL,
  CHECK (state = 'receiving' OR cid_key IS NOT NULL)
) WITHOUT ROWID;
CREATE INDEX staged_by_wallet ON staged_uploads (wallet, cid_key);
CREATE INDEX staged_by_cid ON staged_uploads (cid_key);

-- Whose token opens what under /play, by the token's sha256: one for each account and content, the newest.
CREATE TABLE play_tokens (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  account TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  until INTEGER NOT NULL,
  PRIMARY KEY (contract, content_id, account)
) WITHOUT ROWID;
CREATE INDEX play_tokens_by_end ON play_tokens (until);
CREATE TABLE access_nonces (
  account TEXT NOT NULL,
  nonce TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (account, nonce)
) WITHOUT ROWID;
CREATE INDEX access_nonces_by_end ON access_nonces (expires_at);

-- Own streams that are to begin when their content is on chain, or to end; gone once that is done, so there are few.
CREATE TABLE serve_wishes (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  cid TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  creator TEXT NOT NULL,
  beneficiary TEXT NOT NULL,
  origin TEXT NOT NULL,
  ends INTEGER NOT NULL CHECK (ends IN (0, 1)),
  -- 256 bits, decimal.
  nonce TEXT,
  deadline INTEGER,
  try_after INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (contract, content_id)
) WITHOUT ROWID;
CREATE INDEX serve_wishes_by_cid ON serve_wishes (cid_key);
-- Files that the operator has fetched to serve them: nobody else here needs them.
CREATE TABLE provided_media (cid_key TEXT PRIMARY KEY) WITHOUT ROWID;

-- Contents that the operator has taken off this host: no chain says so, and only the operator ends one.
CREATE TABLE takedowns (
  cid_key TEXT PRIMARY KEY,
  cid TEXT NOT NULL,
  reason TEXT,
  taken_by TEXT NOT NULL,
  taken_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What was found out about media that is kept here. kind and size_bytes are NULL of what was here before this table, and
-- may be gone; is_video is NULL until it is measured.
CREATE TABLE media_facts (
  cid_key TEXT PRIMARY KEY,
  kind TEXT CHECK (kind IN ('file', 'directory')),
  size_bytes INTEGER,
  is_video INTEGER CHECK (is_video IN (0, 1)),
  duration_sec REAL,
  width INTEGER,
  height INTEGER,
  -- JSON.
  codecs TEXT,
  -- Of packaged videos.
  is_protected INTEGER CHECK (is_protected IN (0, 1)),
  preview_sec INTEGER,
  units INTEGER,
  measured_at INTEGER
) WITHOUT ROWID;
CREATE INDEX media_unmeasured ON media_facts (cid_key) WHERE is_video IS NULL;

-- Videos that were uploaded to be packaged, in the order of seq; the id is that of the upload. What is needed to package it
-- (sealed, poster) goes when that is done. cid: what it was packaged as, from when it waits for its publication.
CREATE TABLE packagings (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('queued', 'packaging', 'packaged', 'failed')),
  owner TEXT NOT NULL,
  video_name TEXT NOT NULL,
  offer TEXT NOT NULL,
  serve INTEGER NOT NULL CHECK (serve IN (0, 1)),
  client TEXT NOT NULL,
  preview_sec INTEGER NOT NULL,
  sealed TEXT,
  kid TEXT,
  poster BLOB,
  attempts INTEGER NOT NULL DEFAULT 0,
  progress REAL NOT NULL DEFAULT 0,
  cid TEXT,
  size_bytes INTEGER,
  problem TEXT,
  ended_at INTEGER
);
CREATE INDEX packagings_by_owner ON packagings (owner) WHERE state <> 'packaged';
CREATE INDEX packagings_open ON packagings (seq) WHERE state IN ('queued', 'packaging');

-- What all keys of a protected video come from, sealed under KEYS_SECRET (kid names it). No chain gives it back.
CREATE TABLE content_secrets (
  cid_key TEXT NOT NULL,
  owner TEXT NOT NULL,
  sealed TEXT NOT NULL,
  kid TEXT NOT NULL,
  PRIMARY KEY (cid_key, owner)
) WITHOUT ROWID;
`;
