import { z } from 'zod/mini';
import { HostRefused, HostUnreachable } from '../api/errors.ts';
import { ask } from '../api/http.ts';
import { retry } from '../lib/retry.ts';
import type { Authorization } from './signing.ts';

/** A request to submit a call, without the signature. */
export interface SignedRequest {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 180_000;
const PAUSE_MS = 2_000;
/** Codes after which the same request may be sent again: it is the same call. */
const UNDER_WAY = ['relay_pending', 'unavailable'];

/** Has the host submit a signed call, and waits until a block holds it. @throws {HostRefused}, {HostUnreachable} */
export async function submit(
  { method, path, body }: SignedRequest,
  authorization: Authorization,
): Promise<void> {
  const call = () => ask(path, z.unknown(), { method, json: { ...body, ...authorization } });
  await retry(call, { isRetryable: isUnderWay, pauseMs: PAUSE_MS, timeoutMs: TIMEOUT_MS });
}

function isUnderWay(error: unknown): boolean {
  if (error instanceof HostRefused) return UNDER_WAY.includes(error.problem.code);
  return error instanceof HostUnreachable;
}
