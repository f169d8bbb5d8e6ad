export default `
-- What was found out about media that is kept here. kind and size_bytes are NULL of what was here before this table, and
-- may be gone; is_video is NULL until it is measured.
CREATE TABLE media_facts (
  cid_key TEXT PRIMARY KEY,
  kind TEXT CHECK (kind IN ('file', 'directory')),
  size_bytes INTEGER,
  is_video INTEGER CHECK (is_video IN (0, 1)),
  duration_sec REAL,
  width INTEGER,
  height INTEGER,
  -- JSON.
  codecs TEXT,
  -- Of packaged videos.
  is_protected INTEGER CHECK (is_protected IN (0, 1)),
  preview_sec INTEGER,
  units INTEGER,
  measured_at INTEGER
) WITHOUT ROWID;
CREATE INDEX media_unmeasured ON media_facts (cid_key) WHERE is_video IS NULL;
INSERT INTO media_facts (cid_key)
  SELECT cid_key FROM content_metadata
  UNION SELECT cid_key FROM provided_media
  UNION SELECT cid_key FROM staged_uploads WHERE cid_key IS NOT NULL;
`;
