/** An answer as bytes. */
export class Written {
  readonly body: Buffer;
  /** Where its rows stand, so that they need not be written again. */
  readonly rows: WrittenRows | null;
  constructor(body: Buffer, rows: WrittenRows | null = null) {
    this.body = body;
    this.rows = rows;
  }
}

export interface WrittenRows {
  keys: readonly number[];
  /** Where each begins and where it ends, in turn. */
  spans: readonly number[];
}
