import { BaseError } from '../../lib/errors.ts';

/** What went wrong, as an HTTP answer: RFC 9457 problem details with a stable `code` and the field at fault. */
export class HttpProblem extends BaseError {
  readonly status: number;
  /** Stable, snake_case; clients may switch on it. */
  readonly code: string;
  /** The input at fault, as a path: `price`, `terms.price`, `file`. */
  readonly field: string | undefined;
  /** A value that would have worked. */
  readonly example: unknown;
  /** Further members of the answer, such as candidates to choose from. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Headers of the answer, such as when to try again. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: ProblemInit, options?: ErrorOptions) {
    super(problem.detail, options);
    this.status = problem.status;
    this.code = problem.code;
    this.field = problem.field;
    this.example = problem.example;
    this.extra = problem.extra ?? {};
    this.headers = problem.headers ?? {};
  }
}

export interface ProblemInit {
  status: number;
  code: string;
  /** One sentence a person can act on. */
  detail: string;
  field?: string | undefined;
  example?: unknown;
  extra?: Record<string, unknown>;
  headers?: Record<string, string>;
}
