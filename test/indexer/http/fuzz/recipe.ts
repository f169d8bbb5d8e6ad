import type fc from 'fast-check';
import type { Call } from './document.ts';

export type Request = Omit<Call, 'operation'>;

/** How calls of one operation that succeed come about. */
export interface Recipe {
  valid: fc.Arbitrary<Request>;
  /** Brings the host into the state in which the call succeeds. @returns the call to send in its place, if any. */
  prepare?: (call: Request) => Promise<Request | unknown>;
}
