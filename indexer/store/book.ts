import type { Claims } from './book/claims.ts';
import type { Vouchers } from './book/vouchers.ts';

/** What no chain gives back. Composed of narrow parts; each back end implements all and passes one suite. */
export interface Book extends Vouchers, Claims {
  readonly name: string;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
