import type Database from 'better-sqlite3';
import type { UploadProgress } from '../../book.ts';
import type { OwnChange } from '../own-changes.ts';

/** Writes what the mirror is to show. To be called inside the transaction of the change itself. */
export interface ChangeWriter {
  report(ref: string): void;
  shown(cidKey: string): void;
  takedown(cidKey: string, isTakenDown: boolean): void;
  upload(upload: UploadProgress & { owner: string }): void;
}

export function changeWriter(db: Database.Database): ChangeWriter {
  const insert = db.prepare<[OwnChange['kind'], string]>('INSERT INTO changes (kind, payload) VALUES (?, ?)');
  return {
    report: (ref) => void insert.run('report', ref),
    shown: (cidKey) => void insert.run('shown', cidKey),
    takedown: (cidKey, isTakenDown) => void insert.run('takedown', JSON.stringify({ cidKey, isTakenDown })),
    upload: (upload) => void insert.run('upload', JSON.stringify(upload)),
  };
}
