export default `
-- Contents that the operator has taken off this host: no chain says so, and only the operator ends one.
CREATE TABLE takedowns (
  cid_key TEXT PRIMARY KEY,
  cid TEXT NOT NULL,
  reason TEXT,
  taken_by TEXT NOT NULL,
  taken_at INTEGER NOT NULL
) WITHOUT ROWID;
`;
