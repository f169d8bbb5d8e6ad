import type { Request } from 'express';
import { bearerToken } from '../../middleware/session.ts';

/** Of a path under /play. */
export type PlayParams = { cid: string; token?: string };

/** By which a request shows that its payer has something open: in its path, or as a header. */
export function tokenOf(req: Request<PlayParams>): string | null {
  return req.params.token ?? bearerToken(req) ?? null;
}
