export default `
-- Canonical CIDs that the book says are taken off this host; which changes of the book are in here stands in meta.
CREATE TABLE taken_down (cid_key TEXT PRIMARY KEY) WITHOUT ROWID;
`;
