import type Database from 'better-sqlite3';
import type { NewReport } from '../../book.ts';
import { createMeta } from '../meta.ts';
import type { Link, OwnChange, OwnChanges } from '../own-changes.ts';
import type { Stored } from '../stored.ts';
import { takeOver } from './file/take-over.ts';
import { REPORT_COLUMNS, toReport } from './reports.ts';

interface StoredChange {
  seq: number;
  kind: OwnChange['kind'];
  payload: string;
}

export function ownChanges(db: Database.Database): OwnChanges {
  const meta = createMeta(db);
  const book = meta.read<string>('id');
  if (book === null) throw new Error('the book has no id');
  const end = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").pluck();
  const after = db.prepare<[number, number], StoredChange>(
    'SELECT seq, kind, payload FROM changes WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const forget = db.prepare<[number]>('DELETE FROM changes WHERE seq <= ?');
  const byRef = db.prepare<[string], Stored<NewReport>>(`${REPORT_COLUMNS} WHERE ref = ?`);
  const reports = db.prepare<[], Stored<NewReport>>(`${REPORT_COLUMNS} ORDER BY seq`);
  const takenDown = db.prepare<[], string>('SELECT cid_key FROM takedowns').pluck();

  const links = db.prepare<[], Link>('SELECT ref, view, block_number AS blockNumber FROM links');

  function* allReports(): Generator<NewReport> {
    for (const row of reports.iterate()) yield toReport(row);
  }

  function changeOf({ seq, kind, payload }: StoredChange): OwnChange {
    if (kind === 'report') return { seq, kind, report: toReport(found(byRef.get(payload))) };
    if (kind === 'shown') return { seq, kind, cidKey: payload };
    return kind === 'upload'
      ? { seq, kind, upload: JSON.parse(payload) }
      : { seq, kind, ...JSON.parse(payload) };
  }

  const seqOfNewest = () => end.get() ?? 0;
  return {
    book,
    end: seqOfNewest,
    after(seq, limit) {
      const rows = after.all(seq, limit);
      // Numbers have no gaps: what is missing at the front is forgotten.
      const isWhole = rows[0] ? rows[0].seq === seq + 1 : seqOfNewest() === seq;
      return isWhole ? rows.map(changeOf) : null;
    },
    read: (work) =>
      db.transaction(() =>
        work({
          end: seqOfNewest(),
          reports: allReports(),
          takenDown: takenDown.all(),
          links: links.iterate(),
        }),
      )(),
    noteLinks: noteLinks(db),
    forget: (seq) => void forget.run(seq),
    takeOver: (name, from) => takeOver(db, name, from),
  };
}

function noteLinks(db: Database.Database): OwnChanges['noteLinks'] {
  const note = db.prepare<[Link]>(`
    INSERT INTO links (ref, view, block_number) VALUES (@ref, @view, @blockNumber)
    ON CONFLICT (ref) DO UPDATE SET view = excluded.view, block_number = excluded.block_number`);
  const drop = db.prepare<[string]>('DELETE FROM links WHERE ref = ?');
  const all = db.transaction((links: readonly Link[]) => {
    for (const link of links) {
      if (link.view === null) drop.run(link.ref);
      else note.run(link);
    }
  });
  return (links) => all.immediate(links);
}

function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('a report of which the mirror is told is gone');
  return row;
}
