import type { Request } from 'express';
import type { CallSignature } from '../../contract/calls/writer.ts';
import { clientIp } from './client-ip.ts';

interface AuthorizationFields {
  nonce?: bigint | undefined;
  deadline?: bigint | undefined;
  signature?: string | undefined;
}

/** The signature of the wallet in a request's body; undefined where there is none. */
export function signatureIn(
  { nonce, deadline, signature }: AuthorizationFields,
  req: Pick<Request, 'ip'>,
): CallSignature | undefined {
  if (nonce === undefined || deadline === undefined || signature === undefined) return undefined;
  return { nonce, deadlineSec: deadline, signature, clientIp: clientIp(req) };
}
