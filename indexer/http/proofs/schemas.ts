import { z } from 'zod';
import { REASONS } from '../../playback/probes/rules.ts';
import { PROBE_STATES } from '../../store/book/stream-health.ts';
import { out } from '../schemas/answers.ts';
import { EXAMPLE, namedObject } from '../schemas/fields/fields.ts';

export const KEY_EXAMPLE = 'q83vEjRWeJCrze8SNFZ4kA==';

const shownReceipt = namedObject('SignedFor', {
  content_id: out.contentId,
  unit: z.int().meta({ example: 0 }),
  key_hash: z.string().meta({ description: 'SHA-256 of the key', example: EXAMPLE.hash }),
  payment: z.string().meta({ description: 'Digest of the voucher', example: EXAMPLE.hash }),
  payer: out.viewer,
  issued_at_sec: z.int().meta({ example: 1_795_570_351 }),
});

export const health = namedObject('StreamHealth', {
  state: z.enum(PROBE_STATES).meta({
    description:
      'ok: what can be seen without paying is what the CID and the chain say. wrong: something is not, or a wrong key is proven. silent: it does not serve. unchecked: nobody has looked, or there is nothing to compare',
    example: 'ok',
  }),
  reason: z
    .enum(REASONS)
    .nullable()
    .meta({ description: 'Why it is not ok; null also where nobody has looked' }),
  checked_at: out.time
    .nullable()
    .meta({ description: 'When this host has looked last', example: EXAMPLE.time }),
  latency_ms: z.int().nullable().meta({ description: 'Of its first answer then', example: 42 }),
  last_proof: namedObject('StreamProof', {
    filed_at: out.time,
    key: z.string().meta({
      description: 'Not the one that the CID names: 16 bytes in base64 as a rule',
      example: KEY_EXAMPLE,
    }),
    receipt: shownReceipt,
    signature: z.string().meta({ example: `0x${'5a'.repeat(65)}` }),
  })
    .nullable()
    .meta({ description: 'The last wrong key of which somebody has filed a receipt: anybody can check it' }),
});
