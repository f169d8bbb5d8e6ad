export default `
-- What each video, and for creators each provider, has brought in. key: the content's id, or the provider's wallet.
CREATE TABLE earnings_parts (
  wallet TEXT NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('content', 'provider')),
  contract TEXT NOT NULL,
  token TEXT NOT NULL,
  key TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('creator', 'provider')),
  amount TEXT NOT NULL DEFAULT '0',
  units TEXT NOT NULL DEFAULT '0',
  views TEXT NOT NULL DEFAULT '0',
  PRIMARY KEY (wallet, part, contract, token, key, role)
) WITHOUT ROWID;

-- Blocks that were read before are read again for them.
DELETE FROM meta WHERE key = 'indexed_contracts';
`;
