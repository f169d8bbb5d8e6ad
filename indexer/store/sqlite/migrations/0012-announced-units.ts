export default `
-- Every announcement of a content's terms, as far as payments ask: a listing keeps only the one change back.
-- unit: from effective_at on; null where a change that had not taken effect was cancelled. unit_before: until then.
CREATE TABLE announced_units (
  contract TEXT NOT NULL,
  content_id TEXT NOT NULL,
  announced_at INTEGER NOT NULL,
  block_number INTEGER NOT NULL,
  log_index INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  unit TEXT,
  unit_before TEXT,
  PRIMARY KEY (contract, content_id, announced_at, block_number, log_index)
) WITHOUT ROWID;

-- Blocks that were read before are read again for them.
DELETE FROM meta WHERE key = 'indexed_contracts';
`;
