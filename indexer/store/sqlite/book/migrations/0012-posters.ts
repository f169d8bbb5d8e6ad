export default `
-- Whether a packaged video has a poster, and how many of its units have a key: NULL until one that was measured before is measured again.
ALTER TABLE media_facts ADD COLUMN has_poster INTEGER;
ALTER TABLE media_facts ADD COLUMN sold_units INTEGER;
`;
