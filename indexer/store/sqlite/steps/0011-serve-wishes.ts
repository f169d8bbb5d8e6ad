export default `
-- Streams that this host is to register when their content is on chain; gone once they are, so there are few.
CREATE TABLE serve_wishes (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  cid TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  creator TEXT NOT NULL,
  beneficiary TEXT NOT NULL,
  origin TEXT NOT NULL,
  -- 256 bits, decimal.
  nonce TEXT,
  deadline INTEGER,
  try_after INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (contract, content_id)
) WITHOUT ROWID;
-- Files that the operator has fetched to serve them: nobody else here needs them.
CREATE TABLE provided_media (cid_key TEXT PRIMARY KEY) WITHOUT ROWID;
`;
