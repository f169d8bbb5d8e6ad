export default `
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
`;
