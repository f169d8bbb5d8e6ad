export default `
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
`;
