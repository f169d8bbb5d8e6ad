export default `
-- Keys were made from the text of a CID, so that spellings of one content were several.
CREATE TEMP TABLE respelt AS SELECT DISTINCT cid_key AS spelt, canonical_cid(cid_key) AS canonical
  FROM content_metadata WHERE cid_key <> canonical_cid(cid_key);
UPDATE content_metadata SET cid_key = (SELECT canonical FROM respelt WHERE spelt = cid_key)
  WHERE cid_key IN (SELECT spelt FROM respelt);
UPDATE streams SET cid_key = (SELECT canonical FROM respelt WHERE spelt = cid_key)
  WHERE cid_key IN (SELECT spelt FROM respelt);
UPDATE streaming_access_logs SET cid_key = (SELECT canonical FROM respelt WHERE spelt = cid_key)
  WHERE cid_key IN (SELECT spelt FROM respelt);
UPDATE undo_log SET prior = json_set(prior, '$.cid_key', canonical_cid(json_extract(prior, '$.cid_key')))
  WHERE prior IS NOT NULL AND table_name IN ('content_metadata', 'streams');
DROP TABLE respelt;
DELETE FROM feed;
INSERT INTO feed (event, block_number) VALUES ('reset', (SELECT number FROM chain_cursor));
`;
