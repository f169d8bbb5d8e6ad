import type { Context } from '../context.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';

type ToProblem<E> = (error: E, context: Context) => HttpProblem | Promise<HttpProblem>;

/** What errors of a class are to a client. */
export interface Mapping {
  type: abstract new (...args: never[]) => Error;
  toProblem: ToProblem<never>;
}

export function mapping<E extends Error>(
  type: abstract new (...args: never[]) => E,
  toProblem: ToProblem<E>,
): Mapping {
  return { type, toProblem };
}

/**
 * How a problem is told whose detail is the error's own message: its code, the field at fault and a value that would
 * have worked.
 */
export type Told = readonly [code: Code, field: string, example?: string | undefined];

export function told([code, field, example]: Told, { message }: Error): HttpProblem {
  return problem(code, message, { field, example });
}
