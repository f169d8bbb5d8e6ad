export default `
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

-- What a wallet has paid itself for one content at one provider is asked for at each read of what is sold.
CREATE INDEX IF NOT EXISTS logs_paid
  ON streaming_access_logs (blockchain_address, content_id, provider_wallet, timestamp) WHERE source = 'direct';
`;
