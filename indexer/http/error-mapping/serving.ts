import { type ServingObjection, ServingRefused } from '../../playback/serving-errors.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';

/** What a call that has a content served can answer. */
export const SERVING_PROBLEMS = [
  'serving_not_set_up',
  'serving_not_allowed',
  'served_for_another',
] as const satisfies readonly Code[];

const CODES: Record<ServingObjection, [Code, field: string]> = {
  'not set up': ['serving_not_set_up', 'serve'],
  'not allowed': ['serving_not_allowed', 'serve'],
  'for another': ['served_for_another', 'cid'],
  'not here': ['media_not_found', 'cid'],
};

/** Why nothing is served, as a problem; undefined for any other error. */
export function servingProblem(error: unknown): HttpProblem | undefined {
  if (!(error instanceof ServingRefused)) return undefined;
  const [code, field] = CODES[error.objection];
  return problem(code, error.message, { field });
}
