export default `
-- Which view the mirror has found to cover a report: a mirror that is made anew finds the same.
CREATE TABLE links (
  ref TEXT PRIMARY KEY,
  view TEXT NOT NULL,
  block_number INTEGER NOT NULL
) WITHOUT ROWID;
`;
