/** A page cursor that this store did not hand out. The caller's mistake; not retryable. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
  constructor() {
    super('the cursor is not one that a previous page returned');
  }
}

/** Packs the sort values of the last row of a page into opaque, URL-safe text. */
export function encodeCursor(position: readonly [number, number]): string {
  return Buffer.from(position.join('.')).toString('base64url');
}

/** @throws {BadCursor} */
export function decodeCursor(cursor: string): [number, number] {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!match) throw new BadCursor();
  return [Number(match[1]), Number(match[2])];
}
