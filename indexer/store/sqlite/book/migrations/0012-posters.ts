export default `
-- Whether a packaged video has a poster, and how many of its units have a key. What was measured before is measured again.
ALTER TABLE media_facts ADD COLUMN has_poster INTEGER;
ALTER TABLE media_facts ADD COLUMN sold_units INTEGER;
UPDATE media_facts SET is_video = NULL, measured_at = NULL WHERE is_protected IS NOT NULL;
`;
