export default `
-- Which view has covered a report when the chain was read before, until that view is here again: which one that is depends on
-- what came first.
CREATE TABLE link_hints (
  ref TEXT PRIMARY KEY,
  view TEXT NOT NULL,
  block_number INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX link_hints_by_view ON link_hints (view);
CREATE INDEX link_hints_by_block ON link_hints (block_number);
-- Links that the book has not noted yet; without a view, those that are over.
CREATE TABLE untold_links (ref TEXT PRIMARY KEY, view TEXT, block_number INTEGER) WITHOUT ROWID;
INSERT INTO untold_links (ref, view, block_number)
  SELECT report.ref, report.linked_to, view.block_number
    FROM streaming_access_logs report JOIN (
      SELECT id, block_number FROM streaming_access_logs WHERE block_number IS NOT NULL
    ) view ON view.id = report.linked_to
    WHERE report.linked_to IS NOT NULL;
`;
