/** An answer as bytes. */
export class Written {
  readonly body: Buffer;
  /** Where its rows stand, so that they need not be written again. */
  readonly rows: WrittenRows | null;
  /** When it will be wrong though nothing has changed. */
  readonly untilSec: number | undefined;
  /** The `Link` header that goes with it. */
  readonly link: string | undefined;
  constructor(
    body: Buffer,
    rows: WrittenRows | null = null,
    more: { untilSec?: number; link?: string } = {},
  ) {
    this.body = body;
    this.rows = rows;
    this.untilSec = more.untilSec;
    this.link = more.link;
  }
}

export interface WrittenRows {
  keys: readonly number[];
  /** Where each begins and where it ends, in turn. */
  spans: readonly number[];
}
