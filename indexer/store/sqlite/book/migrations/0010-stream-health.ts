export default `
-- The last look of this host at each stream.
CREATE TABLE stream_probes (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  cid_key TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ok', 'wrong', 'silent', 'unchecked')),
  reason TEXT,
  latency_ms INTEGER,
  checked_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  PRIMARY KEY (contract, content_id, provider)
) WITHOUT ROWID;
CREATE INDEX stream_probes_faulty ON stream_probes (cid_key) WHERE state IN ('silent', 'wrong');
CREATE INDEX stream_probes_by_time ON stream_probes (checked_at);

-- Wrong keys that providers have signed for; see indexer/playback/probes/proofs.ts.
CREATE TABLE stream_proofs (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  unit INTEGER NOT NULL,
  cid_key TEXT NOT NULL,
  key TEXT NOT NULL,
  payment TEXT NOT NULL,
  payer TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  signature TEXT NOT NULL,
  filed_at INTEGER NOT NULL,
  PRIMARY KEY (contract, content_id, provider, unit)
) WITHOUT ROWID;
CREATE INDEX stream_proofs_by_cid ON stream_proofs (cid_key);
`;
