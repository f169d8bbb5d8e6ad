import type { Request } from 'express';
import type { Signed } from '../../contract/calls/writer.ts';
import { clientOf } from './client-ip.ts';

interface AuthorizationFields {
  nonce?: bigint | undefined;
  deadline?: bigint | undefined;
  signature?: string | undefined;
}

/** The wallet's word that a request carries; undefined where it carries none. */
export function signedIn(
  { nonce, deadline, signature }: AuthorizationFields,
  req: Pick<Request, 'ip'>,
): Signed | undefined {
  if (nonce === undefined || deadline === undefined || signature === undefined) return undefined;
  return { nonce, deadlineSec: deadline, signature, origin: clientOf(req) };
}
