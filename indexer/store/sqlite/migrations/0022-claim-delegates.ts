export default `
-- Every delegate that a provider has named: what one has signed then is held against the provider. The zero address: nobody.
CREATE TABLE claim_delegates (
  block_number INTEGER NOT NULL,
  log_index INTEGER NOT NULL,
  contract TEXT NOT NULL,
  provider TEXT NOT NULL,
  delegate TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (block_number, log_index)
) WITHOUT ROWID;
CREATE INDEX claim_delegates_of ON claim_delegates (contract, provider, block_number, log_index);

-- Blocks that were read before are read again for them.
DELETE FROM meta WHERE key = 'indexed_contracts';
`;
