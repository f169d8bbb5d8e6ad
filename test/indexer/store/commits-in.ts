import { readFileSync } from 'node:fs';

/** Frames of a write-ahead log that end a transaction: those that tell how long the database is then. */
export function commitsIn(path: string): number {
  const [HEADER, FRAME_HEADER] = [32, 24];
  const log = readFileSync(path);
  const frame = FRAME_HEADER + log.readUInt32BE(8);
  let commits = 0;
  for (let at = HEADER; at + frame <= log.length; at += frame)
    commits += log.readUInt32BE(at + 4) === 0 ? 0 : 1;
  return commits;
}
