export default `
-- What changed, in the order of commits. A view is told by reference, a stream or content by a copy of its row (data).
-- block_number: the block that takes the entry back when it is undone; null for what no block brought.
CREATE TABLE feed (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL,
  block_number INTEGER,
  view_seq INTEGER,
  cid_key TEXT,
  creator TEXT,
  provider TEXT,
  viewer TEXT,
  data TEXT
);
INSERT INTO feed (event, block_number) VALUES ('reset', (SELECT number FROM chain_cursor));
INSERT INTO meta (key, value) VALUES ('feed', lower(hex(randomblob(6))));
`;
