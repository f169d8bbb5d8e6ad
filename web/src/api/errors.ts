import { PageError } from '../lib/page-error.ts';
import type { Problem } from './answers.ts';

/** The host answers with a problem. */
export class HostRefused extends PageError {
  override readonly name = 'HostRefused';
  override readonly retryable: boolean;
  readonly problem: Problem;
  /** The whole answer: some codes add fields of their own. */
  readonly body: unknown;
  constructor(found: Problem, body: unknown) {
    super(found.detail);
    this.problem = found;
    this.body = body;
    this.retryable = found.status >= 500;
  }
}

/** No answer: the host is down, or the way to it. */
export class HostUnreachable extends PageError {
  override readonly name = 'HostUnreachable';
  override readonly retryable = true;
}

/** An answer that is not what this page was made for. */
export class HostNotUnderstood extends PageError {
  override readonly name = 'HostNotUnderstood';
}

/** The host answers as it does for everybody: it does not know the session that was shown. */
export class SessionIgnored extends PageError {
  override readonly name = 'SessionIgnored';
}
