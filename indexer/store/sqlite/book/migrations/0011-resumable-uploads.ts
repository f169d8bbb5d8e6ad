export default `
-- Uploads that arrive in pieces (tus), by the id of their row in staged_uploads, which holds their room. asked: what becomes of the
-- file, in JSON. A row that is over, or complete, says so to clients for some days.
CREATE TABLE resumable_uploads (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('receiving', 'complete', 'over')),
  wallet TEXT NOT NULL,
  client TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  metadata TEXT NOT NULL,
  asked TEXT NOT NULL,
  poster BLOB,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX resumable_receiving ON resumable_uploads (wallet, created_at) WHERE state = 'receiving';

-- Where a file of the queue is kept as it is; NULL where it is packaged.
ALTER TABLE packagings ADD COLUMN kept_in TEXT;
ALTER TABLE packagings ADD COLUMN web3_url TEXT;
`;
