export default `
-- Gas spent on calls of wallets today: a budget that a restart does not fill again.
CREATE TABLE relay_gas (
  day TEXT NOT NULL,
  wallet TEXT NOT NULL,
  gas INTEGER NOT NULL,
  PRIMARY KEY (day, wallet)
) WITHOUT ROWID;
`;
