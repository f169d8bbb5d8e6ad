import { meaningOf } from './codes.ts';
import type { HttpProblem } from './http-problem.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** A problem as RFC 9457 writes it, in JSON. */
export function problemBody(
  { status, code, message, example, extra }: HttpProblem,
  { requestId, field }: { requestId: string; field?: string | undefined },
): string {
  return JSON.stringify({
    type: `/docs/problems#${code}`,
    title: meaningOf(code) ?? code,
    status,
    detail: message,
    code,
    ...(field !== undefined && { field }),
    ...(example !== undefined && { example }),
    ...extra,
    request_id: requestId,
  });
}
