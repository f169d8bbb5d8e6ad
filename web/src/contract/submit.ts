import { z } from 'zod/mini';
import { HostRefused, HostUnreachable } from '../api/errors.ts';
import { ask } from '../api/http.ts';
import type { Authorization } from './signing.ts';
import { untilKnown } from './until-known.ts';

/** A request to submit a call, without the signature. */
export interface SignedRequest {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body: Readonly<Record<string, unknown>>;
}

/** Has the host submit a signed call, and waits until a block holds it. @throws {HostRefused}, {HostUnreachable} */
export async function submit(
  { method, path, body }: SignedRequest,
  authorization: Authorization,
): Promise<void> {
  const call = () => ask(path, z.unknown(), { method, json: { ...body, ...authorization } });
  await untilKnown(call, { codeOf });
}

function codeOf(error: unknown): unknown {
  if (error instanceof HostRefused) return error.problem.code;
  return error instanceof HostUnreachable ? null : undefined;
}
