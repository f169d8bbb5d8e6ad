import { z } from 'zod/mini';
import { HostRefused, HostUnreachable } from '../api/errors.ts';
import { ask } from '../api/http.ts';
import type { Authorization } from './signing.ts';

/** What the host is asked to submit, but for the signature. */
export interface SignedRequest {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body: Readonly<Record<string, unknown>>;
}

const PATIENCE_MS = 180_000;
const PAUSE_MS = 2_000;
/** Submitted, or to be submitted: the same request again is the same call. */
const UNDER_WAY = ['relay_pending', 'unavailable'];

/** Has the host submit a signed call, and waits until a block holds it. @throws {HostRefused}, {HostUnreachable} */
export async function submit({ method, path, body }: SignedRequest, signed: Authorization): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    try {
      await ask(path, z.unknown(), { method, json: { ...body, ...signed } });
      return;
    } catch (error) {
      if (!isUnderWay(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function isUnderWay(error: unknown): boolean {
  if (error instanceof HostRefused) return UNDER_WAY.includes(error.problem.code);
  return error instanceof HostUnreachable;
}
