import type { z } from 'zod/mini';
import { parseJson } from '../lib/json.ts';
import { problem } from './answers.ts';
import { HostNotUnderstood, HostRefused, HostUnreachable } from './errors.ts';

/** @throws {HostRefused}, {HostNotUnderstood} */
export function parseAnswer<Answer extends z.ZodMiniType>(
  status: number,
  text: string,
  answer: Answer,
): z.output<Answer> {
  const body = parseJson(text);
  if (status >= 400) {
    const refusal = problem.safeParse(body);
    if (refusal.success) throw new HostRefused(refusal.data, body);
    throw new HostUnreachable(`Something on the way to the host answers with status ${status}.`);
  }
  const result = answer.safeParse(body);
  if (result.success) return result.data;
  throw new HostNotUnderstood('The host speaks another version than this page.', { cause: result.error });
}
