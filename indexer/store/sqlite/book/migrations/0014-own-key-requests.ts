export default `
-- What became of asking other hosts for keys: a row for each content, which the next answer takes the place of.
CREATE TABLE own_key_requests (
  id INTEGER PRIMARY KEY,
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  asked_host TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  until INTEGER,
  reason TEXT,
  UNIQUE (contract, content_id)
);
CREATE INDEX own_key_requests_by_cid ON own_key_requests (cid_key);
`;
