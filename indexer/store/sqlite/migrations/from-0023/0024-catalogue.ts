/** What parts words beside blanks; as in `name-search.ts`. */
const PARTING = `-_.,:;!?()[]"'’/&+#|–—`;

/** A name as the index has it: words parted by blanks, which also begin and end it. */
export function wordsOf(row = ''): string {
  const quoted = [...PARTING].map((sign) => (sign === "'" ? "''" : sign));
  const parted = quoted.reduce((text, sign) => `replace(${text}, '${sign}', ' ')`, `${row}name_key`);
  return `' ' || ${parted} || ' '`;
}

const listingOf = (row: 'NEW' | 'OLD') => `contract = ${row}.contract AND content_id = ${row}.content_id`;
const count = (column: string, by: string, row: 'NEW' | 'OLD') =>
  `UPDATE content_metadata SET ${column} = ${column} + ${by} WHERE ${listingOf(row)};`;

/**
 * What the catalogue sorts, filters and searches by, kept up by triggers, but for new views: whatever undoes rows, the counts are those
 * of the rows.
 */
export default `
ALTER TABLE content_metadata ADD COLUMN views INTEGER NOT NULL DEFAULT 0;
ALTER TABLE content_metadata ADD COLUMN streams INTEGER NOT NULL DEFAULT 0;
-- Sorted as the publications are; one log is one publication, and no block has a million of them.
ALTER TABLE content_metadata ADD COLUMN place INTEGER
  GENERATED ALWAYS AS (published_block * 1048576 + published_log_index) VIRTUAL;
-- Behind the number of their digits, whole numbers as text are sorted as numbers.
ALTER TABLE content_metadata ADD COLUMN price_key TEXT
  GENERATED ALWAYS AS (printf('%02d', length(price)) || price) VIRTUAL;
ALTER TABLE content_metadata ADD COLUMN scheduled_price_key TEXT
  GENERATED ALWAYS AS (printf('%02d', length(scheduled_price)) || scheduled_price) VIRTUAL;

UPDATE content_metadata SET
  views = (SELECT count(*) FROM streaming_access_logs view
    WHERE view.content_id = content_metadata.content_id AND view.contract = content_metadata.contract
      AND linked_to IS NULL),
  streams = (SELECT count(*) FROM streams stream
    WHERE stream.contract = content_metadata.contract AND stream.content_id = content_metadata.content_id
      AND active = 1);
CREATE INDEX content_by_place ON content_metadata (place);
CREATE INDEX content_by_views ON content_metadata (views, published_block, published_log_index);
CREATE INDEX content_by_price ON content_metadata (token, price_key, published_block, published_log_index);
CREATE INDEX content_by_scheduled_price
  ON content_metadata (token, scheduled_price_key, published_block, published_log_index)
  WHERE scheduled_price IS NOT NULL;
-- What may be few of many.
CREATE INDEX content_by_token ON content_metadata (token, published_block, published_log_index);
CREATE INDEX content_served ON content_metadata (published_block, published_log_index) WHERE streams > 0;
CREATE INDEX content_served_by_views ON content_metadata (views, published_block, published_log_index)
  WHERE streams > 0;
CREATE INDEX content_served_by_price ON content_metadata (token, price_key, published_block, published_log_index)
  WHERE streams > 0;
CREATE INDEX content_free ON content_metadata (published_block, published_log_index)
  WHERE price = '0' OR scheduled_price = '0';
CREATE INDEX content_free_by_views ON content_metadata (views, published_block, published_log_index)
  WHERE price = '0' OR scheduled_price = '0';
CREATE INDEX content_free_by_price ON content_metadata (token, price_key, published_block, published_log_index)
  WHERE price = '0' OR scheduled_price = '0';

-- How many listings a CID has: anybody can list it again.
CREATE TABLE cid_listings (cid_key TEXT PRIMARY KEY, listings INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO cid_listings (cid_key, listings) SELECT cid_key, count(*) FROM content_metadata GROUP BY cid_key;

-- Names by each three characters that follow each other.
CREATE VIRTUAL TABLE content_names USING fts5(words, tokenize = 'trigram case_sensitive 1');
INSERT OR REPLACE INTO content_names (rowid, words) SELECT place, ${wordsOf()} FROM content_metadata;

CREATE TRIGGER content_listed AFTER INSERT ON content_metadata BEGIN
  DELETE FROM content_names WHERE rowid = NEW.place;
  INSERT INTO content_names (rowid, words) VALUES (NEW.place, ${wordsOf('NEW.')});
  INSERT INTO cid_listings (cid_key, listings) VALUES (NEW.cid_key, 1)
    ON CONFLICT (cid_key) DO UPDATE SET listings = listings + 1;
  -- A row that is put back brings the counts of its time.
  UPDATE content_metadata SET
    views = (SELECT count(*) FROM streaming_access_logs
      WHERE content_id = NEW.content_id AND contract = NEW.contract AND linked_to IS NULL),
    streams = (SELECT count(*) FROM streams WHERE ${listingOf('NEW')} AND active = 1)
    WHERE ${listingOf('NEW')};
END;
CREATE TRIGGER content_gone AFTER DELETE ON content_metadata BEGIN
  DELETE FROM content_names WHERE rowid = OLD.place;
  UPDATE cid_listings SET listings = listings - 1 WHERE cid_key = OLD.cid_key;
  DELETE FROM cid_listings WHERE cid_key = OLD.cid_key AND listings = 0;
END;
CREATE TRIGGER content_renamed AFTER UPDATE OF name_key, published_block, published_log_index ON content_metadata
  WHEN OLD.name_key <> NEW.name_key OR OLD.place <> NEW.place BEGIN
  DELETE FROM content_names WHERE rowid IN (OLD.place, NEW.place);
  INSERT INTO content_names (rowid, words) VALUES (NEW.place, ${wordsOf('NEW.')});
END;
-- Who writes a view counts it: with a trigger on inserts, which SQLite keeps a journal of each for, they take twice as long.
CREATE TRIGGER view_gone AFTER DELETE ON streaming_access_logs WHEN OLD.linked_to IS NULL BEGIN
  ${count('views', '-1', 'OLD')}
END;
CREATE TRIGGER view_linked AFTER UPDATE OF linked_to ON streaming_access_logs
  WHEN (OLD.linked_to IS NULL) <> (NEW.linked_to IS NULL) BEGIN
  ${count('views', 'iif(NEW.linked_to IS NULL, 1, -1)', 'NEW')}
END;
CREATE TRIGGER stream_begun AFTER INSERT ON streams WHEN NEW.active = 1 BEGIN
  ${count('streams', '1', 'NEW')}
END;
CREATE TRIGGER stream_gone AFTER DELETE ON streams WHEN OLD.active = 1 BEGIN
  ${count('streams', '-1', 'OLD')}
END;
CREATE TRIGGER stream_switched AFTER UPDATE OF active ON streams WHEN OLD.active <> NEW.active BEGIN
  ${count('streams', 'NEW.active - OLD.active', 'NEW')}
END;
`;
