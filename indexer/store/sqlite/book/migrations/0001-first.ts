export default `
-- Tells the book from other files ('book').
PRAGMA application_id = 0x626f6f6b;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;
