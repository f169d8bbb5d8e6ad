import { errorWith } from '../../lib/errors.ts';

/**
 * What went wrong, as an HTTP answer: RFC 9457 problem details with a stable `code` and the field at fault. The
 * message is one sentence a person can act on.
 */
export class HttpProblem extends errorWith<ProblemFacts>() {}

export interface ProblemFacts {
  status: number;
  /** Stable, snake_case; clients may switch on it. */
  code: string;
  /** The input at fault, as a path: `price`, `terms.price`, `file`. */
  field?: string | undefined;
  /** A value that would have worked. */
  example?: unknown;
  /** Further members of the answer, such as candidates to choose from. */
  extra?: Readonly<Record<string, unknown>>;
  /** Headers of the answer, such as when to try again. */
  headers?: Readonly<Record<string, string>>;
}
