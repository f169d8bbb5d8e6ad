import type { Problem } from './answers.ts';

/** The host refused, and says why. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused';
  readonly retryable: boolean;
  readonly problem: Problem;
  /** The whole answer: some codes bring more along. */
  readonly body: unknown;
  constructor(found: Problem, body: unknown) {
    super(found.detail);
    this.problem = found;
    this.body = body;
    this.retryable = found.status >= 500;
  }
}

/** No answer: the host is down, or the way to it. */
export class HostUnreachable extends Error {
  override readonly name = 'HostUnreachable';
  readonly retryable = true;
}

/** An answer that is not what this page was made for. */
export class HostNotUnderstood extends Error {
  override readonly name = 'HostNotUnderstood';
  readonly retryable = false;
}
