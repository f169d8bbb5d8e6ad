export default `
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
