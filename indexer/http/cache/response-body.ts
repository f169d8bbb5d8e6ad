/** A response as bytes. */
export class ResponseBody {
  readonly body: Buffer;
  /** Where its rows stand, so that they need not be serialized again. */
  readonly rows: RowSpans | null;
  /** When it will be wrong though nothing has changed. */
  readonly untilSec: number | undefined;
  /** The `Link` header that goes with it. */
  readonly link: string | undefined;
  constructor(
    body: Buffer,
    rows: RowSpans | null = null,
    more: { untilSec?: number | undefined; link?: string } = {},
  ) {
    this.body = body;
    this.rows = rows;
    this.untilSec = more.untilSec;
    this.link = more.link;
  }
}

export interface RowSpans {
  keys: readonly number[];
  /** Where each begins and where it ends, in turn. */
  spans: readonly number[];
}
