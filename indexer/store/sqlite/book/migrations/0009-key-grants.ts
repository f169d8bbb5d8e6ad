export default `
-- Who may have the keys of a protected video, by its creator's signature; given_at: when they were last given for it.
CREATE TABLE key_grants (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  signature TEXT NOT NULL,
  kept_at INTEGER NOT NULL,
  given_at INTEGER,
  PRIMARY KEY (contract, content_id, provider)
) WITHOUT ROWID;
CREATE INDEX key_grants_by_cid ON key_grants (cid_key, expires_at);

-- Who has asked for them and was not granted them, for the creator's eyes.
CREATE TABLE key_requests (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  client TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (contract, content_id, provider)
) WITHOUT ROWID;
CREATE INDEX key_requests_by_cid ON key_requests (cid_key, asked_at);
CREATE INDEX key_requests_by_provider ON key_requests (provider);
CREATE INDEX key_requests_by_client ON key_requests (client);
CREATE INDEX key_requests_by_end ON key_requests (until);

-- Digests of what providers have signed to ask: each is good once.
CREATE TABLE used_key_requests (digest TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX used_key_requests_by_end ON used_key_requests (expires_at);
`;
