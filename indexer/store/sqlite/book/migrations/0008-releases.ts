export default `
-- Channels whose deposit is given back on the word of their key, each with its last release: up to its epoch nothing is sold any
-- more. data, gas: what is to be sent. account, nonce, tx_hash: as what it was, the last time.
CREATE TABLE releases (
  contract TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'sent', 'mined', 'over')),
  asked_at INTEGER NOT NULL,
  data TEXT NOT NULL,
  gas TEXT NOT NULL,
  account TEXT,
  nonce INTEGER,
  tx_hash TEXT,
  PRIMARY KEY (contract, channel_id)
) WITHOUT ROWID;
CREATE INDEX releases_open ON releases (asked_at) WHERE state <> 'over';
`;
