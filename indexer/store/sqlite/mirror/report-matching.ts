import type Database from 'better-sqlite3';
import { packedSql, unpackedSql } from '../names.ts';
import type { FeedWriter } from './feed-writer.ts';

/** How far a report's time and the time of a payment may lie apart for one to cover the other. */
const WINDOW_SEC = 24 * 60 * 60;

const FREE = `(SELECT count(*) FROM views taken WHERE taken.linked_to = view.seq)`;
// By the viewer's index: others can make the views of a content many. IN takes its second column along.
const SAME_VIEW = `view.linked_to IS NULL AND view.blockchain_address = report.blockchain_address
  AND view.attributed IN (0, 1) AND +view.content_id = report.content_id
  AND view.provider_wallet = report.provider_wallet`;
const RULES = [
  `view.source = 2 AND view.timestamp = report.timestamp AND view.ref = report.ref`,
  `report.tx_hash IS NOT NULL AND view.source IN (0, 1) AND view.tx_hash = report.tx_hash`,
  `view.source IN (0, 1) AND view.contract = report.contract
    AND view.timestamp BETWEEN report.timestamp - ${WINDOW_SEC} AND report.timestamp + ${WINDOW_SEC}`,
];

/**
 * Which on-chain view covers which report, and the feed entry that says so. To be called inside the caller's
 * transaction.
 *
 * One rule in both directions: a view paid on chain covers a report of the same content, viewer and provider if it
 * was sponsored under the report's `ref`; else, with a unit no report has taken, if the report names its
 * transaction, or if it is of the same contract and at most 24 h away. In doubt the named transaction wins, then
 * the nearest in time, then the oldest.
 */
export class ReportMatching {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #feedWriter: Pick<FeedWriter, 'writeReport' | 'writeCovered'>;

  constructor(db: Database.Database, feedWriter: Pick<FeedWriter, 'writeReport' | 'writeCovered'>) {
    this.#sql = statementsOf(db);
    this.#feedWriter = feedWriter;
  }

  /** Looks for an on-chain view that covers the report in row `seq`, and links it; else the report is shown itself. */
  coverReport(seq: number): void {
    const view = this.#viewFor(seq);
    if (view !== undefined) this.#link(view, seq);
    else this.#feedWriter.writeReport(seq);
  }

  /** Links open reports to the on-chain view in row `seq`, as many as it has free units. */
  coverBy(seq: number): void {
    const view = this.#sql.viewAt.get(seq);
    if (!view || view.free <= 0) return;
    const known = this.#sql.hinted.all(view.id, view.free);
    for (const report of known) this.#link(seq, report);
    for (const report of this.#sql.reportsFor.all(seq, view.free - known.length)) this.#link(seq, report);
  }

  /** Reports whose view of before is not among the blocks up to `number` any more find another. */
  dropHints(number: number): void {
    for (const report of this.#sql.dropHints.all(number)) {
      const view = this.#viewFor(report);
      if (view !== undefined) this.#link(view, report);
    }
  }

  /** True when some report is not covered yet: lets a backfill skip `coverBy` altogether. */
  hasOpenReports(): boolean {
    return this.#sql.open.get() !== undefined;
  }

  /** Opens all reports linked to on-chain views above block `number`. @returns their rows, oldest first. */
  freeAbove(number: number): number[] {
    const freed = this.#sql.unlinkAbove.all(number).sort((a, b) => a - b);
    for (const report of freed) this.#sql.untell.run(report);
    return freed;
  }

  #viewFor(report: number): number | undefined {
    let view: number | undefined;
    for (const rule of this.#sql.rules) view ??= rule.get(report);
    return view;
  }

  #link(view: number, report: number): void {
    this.#sql.link.run(view, report);
    this.#sql.dropHint.run(report);
    this.#sql.tell.run({ view, report });
    this.#sql.own.run(view);
    this.#feedWriter.writeCovered(view, report);
  }
}

function statementsOf(db: Database.Database) {
  const viewFor = (condition: string) =>
    db
      .prepare<[number], number>(
        `SELECT view.seq FROM views report CROSS JOIN views view
        WHERE report.seq = ? AND ${SAME_VIEW} AND ${condition} AND view.units > ${FREE}
        ORDER BY abs(view.timestamp - report.timestamp), view.timestamp, view.seq LIMIT 1`,
      )
      .pluck();
  return {
    rules: RULES.map(viewFor),
    viewAt: db.prepare<[number], { id: string; free: number }>(
      `SELECT id, units - ${FREE} AS free FROM streaming_access_logs view WHERE seq = ?`,
    ),
    reportsFor: db
      .prepare<[number, number], number>(
        `SELECT report.seq FROM views view CROSS JOIN views report
          WHERE view.seq = ? AND report.source = 3
            AND NOT EXISTS (SELECT 1 FROM link_hints WHERE ref = ${unpackedSql('report.ref')}) AND ${SAME_VIEW.replace('view.linked_to', 'report.linked_to')}
            AND CASE view.source WHEN 2 THEN report.ref = view.ref
              ELSE report.tx_hash IS view.tx_hash OR (report.contract = view.contract
                AND abs(report.timestamp - view.timestamp) <= ${WINDOW_SEC}) END
          ORDER BY report.tx_hash IS view.tx_hash DESC, abs(report.timestamp - view.timestamp), report.timestamp,
            report.seq LIMIT ?`,
      )
      .pluck(),
    ...hintStatements(db),
    link: db.prepare<[number, number]>('UPDATE views SET linked_to = ? WHERE seq = ?'),
    /** A report is the viewer's own word that it has viewed. */
    own: db.prepare<[number]>('UPDATE views SET attributed = 0 WHERE seq = ? AND attributed = 1'),
    open: db.prepare<[], number>(`SELECT 1 FROM views WHERE source = 3 AND linked_to IS NULL LIMIT 1`),
    unlinkAbove: db
      .prepare<[number], number>(
        `UPDATE views SET linked_to = NULL WHERE linked_to IN
          (SELECT seq FROM views WHERE block_number > ?) RETURNING seq`,
      )
      .pluck(),
  };
}

function hintStatements(db: Database.Database) {
  return {
    /** Reports that the view has covered before. */
    hinted: db
      .prepare<[string, number], number>(
        `SELECT report.seq FROM link_hints hint CROSS JOIN views report
          WHERE hint.view = ? AND report.source = 3 AND report.ref = ${packedSql('hint.ref')} AND report.linked_to IS NULL
          ORDER BY report.seq LIMIT ?`,
      )
      .pluck(),
    dropHint: db.prepare<[number]>(
      'DELETE FROM link_hints WHERE ref = (SELECT ref FROM streaming_access_logs WHERE seq = ?)',
    ),
    dropHints: db
      .prepare<[number], number>(
        `DELETE FROM link_hints WHERE block_number <= ?
          RETURNING (SELECT seq FROM views report
            WHERE report.source = 3 AND report.ref = ${packedSql('link_hints.ref')})`,
      )
      .pluck(),
    tell: db.prepare<[{ view: number; report: number }]>(
      `INSERT OR REPLACE INTO untold_links (ref, view, block_number)
        SELECT report.ref, view.id, view.block_number FROM streaming_access_logs report, streaming_access_logs view
        WHERE report.seq = @report AND view.seq = @view`,
    ),
    untell: db.prepare<[number]>(
      'INSERT OR REPLACE INTO untold_links (ref) SELECT ref FROM streaming_access_logs WHERE seq = ?',
    ),
  };
}
