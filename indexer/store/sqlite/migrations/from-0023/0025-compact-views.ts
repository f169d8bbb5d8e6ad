import { nameSql, numberSql, packedSql, unpackedSql } from '../../names.ts';
import { wordsOf } from './0024-catalogue.ts';

/** Columns of a view that hold a number in the place of a text that many have. */
const NAMED = [
  ...['contract', 'content_id', 'cid', 'cid_key', 'blockchain_address', 'provider_wallet', 'creator_wallet'],
  ...['token', 'payer'],
] as const;
/** Columns whose text no two views have, or only those of one transaction. */
const PACKED = ['tx_hash', 'block_hash', 'ref'] as const;
const MONEY = ['price', 'amount', 'creator_amount', 'provider_amount'] as const;

/** Of what fits into 64 bits, SQLite keeps a number, in as few bytes as it takes. */
const moneyOf = (text: string) => `iif(length(${text}) < 19, CAST(${text} AS INTEGER), ${text})`;
const countViews = (by: string, row: 'NEW' | 'OLD') =>
  `UPDATE content_metadata SET views = views + ${by}
    WHERE contract = ${nameSql(`${row}.contract`)} AND content_id = ${nameSql(`${row}.content_id`)};`;
const idOf = (row: string) => `CASE ${row}.source
    WHEN 3 THEN ${unpackedSql(`${row}.ref`)}
    WHEN 0 THEN ${unpackedSql(`${row}.tx_hash`)} || ':' || ${row}.log_index
    ELSE ${unpackedSql(`${row}.tx_hash`)} || ':' || ${row}.log_index || ':' || ${row}.item END`;

/** A view took 955 bytes, most of them texts that others have too. */
export default `
CREATE TABLE names (
  id INTEGER PRIMARY KEY,
  name NOT NULL UNIQUE,
  text TEXT GENERATED ALWAYS AS (${unpackedSql('name')}) VIRTUAL
);

-- What streaming_access_logs shows. source: 0 direct, 1 voucher, 2 sponsored, 3 reported. linked_to: seq of the chain's row.
-- Where a name would stand, its number in names does. Money of more than 63 bits is text.
CREATE TABLE views (
  seq INTEGER PRIMARY KEY,
  source INTEGER NOT NULL CHECK (source BETWEEN 0 AND 3),
  contract INTEGER NOT NULL,
  content_id INTEGER NOT NULL,
  cid INTEGER NOT NULL,
  cid_key INTEGER NOT NULL,
  blockchain_address INTEGER NOT NULL,
  provider_wallet INTEGER NOT NULL,
  creator_wallet INTEGER NOT NULL,
  token INTEGER NOT NULL,
  payer INTEGER,
  price NOT NULL,
  units INTEGER NOT NULL,
  amount NOT NULL,
  creator_amount,
  provider_amount,
  attributed INTEGER NOT NULL DEFAULT 0,
  timestamp INTEGER NOT NULL,
  tx_hash,
  block_number INTEGER,
  block_hash,
  log_index INTEGER,
  item INTEGER,
  ref,
  reported_at INTEGER,
  linked_to INTEGER,
  CHECK ((source = 3) = (block_number IS NULL)),
  CHECK (source <> 3 OR ref IS NOT NULL)
);

INSERT OR IGNORE INTO names (name) ${NAMED.map(
  (column) =>
    `SELECT ${packedSql(column)} FROM (SELECT DISTINCT ${column} FROM streaming_access_logs WHERE ${column} IS NOT NULL)`,
).join(' UNION ALL ')};
-- Looked up by text, which takes less time than by bytes that are made of it each time.
CREATE TEMP TABLE numbers (text TEXT PRIMARY KEY, id INTEGER) WITHOUT ROWID;
INSERT INTO temp.numbers (text, id) SELECT text, id FROM names;
-- Which of all views is linked to is looked up once.
CREATE TEMP TABLE linked_views AS
  SELECT report.seq AS report, view.seq AS view
    FROM streaming_access_logs report JOIN (
      SELECT seq, id FROM streaming_access_logs WHERE block_number IS NOT NULL
    ) view ON view.id = report.linked_to
    WHERE report.linked_to IS NOT NULL;
INSERT INTO views (seq, source, ${NAMED}, ${PACKED}, ${MONEY}, units, attributed, timestamp, block_number, log_index, item,
    reported_at, linked_to)
  SELECT seq, CASE source WHEN 'direct' THEN 0 WHEN 'voucher' THEN 1 WHEN 'sponsored' THEN 2 ELSE 3 END,
    ${[...NAMED.map((column) => `(SELECT id FROM temp.numbers WHERE text = ${column})`), ...PACKED.map(packedSql), ...MONEY.map(moneyOf)]},
    units, attributed, timestamp, block_number, log_index, item, reported_at,
    iif(linked_to IS NULL, NULL, (SELECT view FROM temp.linked_views WHERE report = seq))
    FROM streaming_access_logs ORDER BY seq;
DROP TABLE temp.linked_views;
DROP TABLE temp.numbers;
DROP TRIGGER content_listed;
DROP TABLE streaming_access_logs;

CREATE UNIQUE INDEX views_by_log ON views (block_number, log_index, item);
CREATE INDEX logs_by_cid ON views (cid_key, timestamp) WHERE linked_to IS NULL;
CREATE INDEX logs_by_provider ON views (provider_wallet, timestamp) WHERE linked_to IS NULL;
CREATE INDEX logs_by_content ON views (content_id, timestamp) WHERE linked_to IS NULL;
CREATE INDEX logs_by_viewer ON views (blockchain_address, attributed, timestamp) WHERE linked_to IS NULL;
CREATE INDEX logs_by_creator ON views (creator_wallet, timestamp) WHERE linked_to IS NULL;
CREATE INDEX logs_paid ON views (blockchain_address, content_id, provider_wallet, timestamp) WHERE source = 0;
CREATE UNIQUE INDEX reports_by_ref ON views (ref) WHERE source = 3;
CREATE INDEX reports_by_link ON views (linked_to) WHERE linked_to IS NOT NULL;
CREATE INDEX reports_open ON views (timestamp) WHERE source = 3 AND linked_to IS NULL;
CREATE INDEX reports_open_by_cid ON views (cid_key, timestamp) WHERE source = 3 AND linked_to IS NULL;
CREATE INDEX reports_open_by_provider ON views (provider_wallet, timestamp) WHERE source = 3 AND linked_to IS NULL;
CREATE INDEX reports_open_by_viewer ON views (blockchain_address, timestamp) WHERE source = 3 AND linked_to IS NULL;
CREATE INDEX reports_open_by_creator ON views (creator_wallet, timestamp) WHERE source = 3 AND linked_to IS NULL;
CREATE INDEX reports_open_by_view ON views (content_id, blockchain_address, provider_wallet, timestamp)
  WHERE source = 3 AND linked_to IS NULL;

CREATE VIEW streaming_access_logs AS SELECT
  seq,
  CASE source WHEN 0 THEN 'direct' WHEN 1 THEN 'voucher' WHEN 2 THEN 'sponsored' ELSE 'reported' END AS source,
  ${NAMED.map((column) => `${nameSql(`views.${column}`)} AS ${column}`).join(',\n  ')},
  ${MONEY.map((column) => `CAST(${column} AS TEXT) AS ${column}`).join(', ')},
  units, attributed, timestamp,
  ${PACKED.map((column) => `${unpackedSql(column)} AS ${column}`).join(',\n  ')},
  block_number, log_index, item, reported_at,
  (SELECT ${idOf('linked')} FROM views linked WHERE linked.seq = views.linked_to) AS linked_to,
  ${idOf('views')} AS id,
  source <> 3 OR linked_to IS NOT NULL AS settled
  FROM views;

-- As before, by numbers.
CREATE TRIGGER content_listed AFTER INSERT ON content_metadata BEGIN
  DELETE FROM content_names WHERE rowid = NEW.place;
  INSERT INTO content_names (rowid, words) VALUES (NEW.place, ${wordsOf('NEW.')});
  INSERT INTO cid_listings (cid_key, listings) VALUES (NEW.cid_key, 1)
    ON CONFLICT (cid_key) DO UPDATE SET listings = listings + 1;
  UPDATE content_metadata SET
    views = (SELECT count(*) FROM views
      WHERE content_id = ${numberSql('NEW.content_id')} AND contract = ${numberSql('NEW.contract')}
        AND linked_to IS NULL),
    streams = (SELECT count(*) FROM streams
      WHERE contract = NEW.contract AND content_id = NEW.content_id AND active = 1)
    WHERE contract = NEW.contract AND content_id = NEW.content_id;
END;
CREATE TRIGGER view_gone AFTER DELETE ON views WHEN OLD.linked_to IS NULL BEGIN
  ${countViews('-1', 'OLD')}
END;
CREATE TRIGGER view_linked AFTER UPDATE OF linked_to ON views
  WHEN (OLD.linked_to IS NULL) <> (NEW.linked_to IS NULL) BEGIN
  ${countViews('iif(NEW.linked_to IS NULL, 1, -1)', 'NEW')}
END;
`;
