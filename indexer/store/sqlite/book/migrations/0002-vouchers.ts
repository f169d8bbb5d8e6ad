export default `
-- What viewers have signed: of each number of a channel the newest. items: [[content id, units, unit price], …] in JSON, in
-- the order signed.
CREATE TABLE vouchers (
  contract TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  provider TEXT NOT NULL,
  token TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'sealed', 'claiming', 'claimed', 'rejected', 'void')),
  items TEXT NOT NULL,
  total TEXT NOT NULL,
  signature TEXT NOT NULL,
  digest TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  claim_tx TEXT,
  reason TEXT,
  PRIMARY KEY (contract, channel_id, epoch, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX vouchers_open ON vouchers (contract, channel_id) WHERE state = 'open';
CREATE INDEX vouchers_by_state ON vouchers (provider, state, updated_at);

-- What they have got for it. slot: the n-th unit bought of the content in the scope, so that no two processes sell the same
-- one. unit: -1 for all.
CREATE TABLE openings (
  scope TEXT NOT NULL,
  content_id TEXT NOT NULL,
  slot INTEGER NOT NULL,
  contract TEXT NOT NULL,
  cid TEXT NOT NULL,
  unit INTEGER NOT NULL,
  wallet TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (scope, content_id, slot)
) WITHOUT ROWID;
CREATE INDEX openings_by_wallet ON openings (wallet, contract, content_id, until);
`;
