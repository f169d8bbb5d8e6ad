import type { Request } from 'express';
import type { CallSignature } from '../../contract/calls/writer.ts';
import { clientIp } from './client-ip.ts';

interface AuthorizationFields {
  nonce?: bigint | undefined;
  deadline?: bigint | undefined;
  signature?: string | undefined;
}

/** The wallet's word that a request carries; undefined where it carries none. */
export function signatureIn(
  { nonce, deadline, signature }: AuthorizationFields,
  req: Pick<Request, 'ip'>,
): CallSignature | undefined {
  if (nonce === undefined || deadline === undefined || signature === undefined) return undefined;
  return { nonce, deadlineSec: deadline, signature, clientIp: clientIp(req) };
}
