import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Health } from '../../playback/probes/stream-health.ts';
import type { StreamKey } from '../../store/book.ts';
import type { health } from '../proofs/schemas.ts';
import { checksumAddress } from './checksum-address.ts';
import { isoTime } from './iso-time.ts';

/** What names one stream in a path. */
export function streamIdOf({ contract, contentId, provider }: StreamKey): string {
  return `${contract}-${contentId}-${provider}`.toLowerCase();
}

export function healthFields(of: Health): z.input<typeof health> {
  const { state, reason, checkedAtSec, latencyMs, lastProof } = of;
  return {
    state,
    reason,
    checked_at: checkedAtSec === null ? null : isoTime(checkedAtSec),
    latency_ms: latencyMs,
    last_proof: lastProof && {
      filed_at: isoTime(lastProof.filedAtSec),
      key: Buffer.from(lastProof.key.slice(2), 'hex').toString('base64'),
      receipt: receiptFields(lastProof),
      signature: lastProof.signature,
    },
  };
}

function receiptFields({
  contentId,
  unit,
  key,
  payment,
  payer,
  issuedAtSec,
}: NonNullable<Health['lastProof']>) {
  return {
    ...{ content_id: contentId, unit, key_hash: hashOf(key), payment, payer: checksumAddress(payer) },
    issued_at_sec: issuedAtSec,
  };
}

function hashOf(key: string): string {
  return `0x${createHash('sha256')
    .update(Buffer.from(key.slice(2), 'hex'))
    .digest('hex')}`;
}
