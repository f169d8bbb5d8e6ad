import { z } from 'zod';
import { CHECKS, REASONS } from '../../playback/probes/rules.ts';
import { PROBE_STATES } from '../../store/book/stream-health.ts';
import { message, out, STREAM_ID } from '../schemas/answers.ts';
import {
  bytes32,
  contentId,
  documented,
  EXAMPLE,
  namedObject,
  refuse,
  viewer,
} from '../schemas/fields/fields.ts';
import { streamUrl } from '../schemas/fields/listing-fields.ts';
import { MAX_UNIT } from '../schemas/play/keys.ts';

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

const finding = namedObject('StreamFinding', {
  check: z.enum(CHECKS).meta({ description: 'What was looked at', example: 'blocks' }),
  result: z.enum(['right', 'wrong', 'silent', 'skipped']),
  reason: z.enum(REASONS).nullable(),
  detail: z.string().meta({ description: 'For people', example: 'It answers.' }),
});

export const lookBody = namedObject('StreamAddress', { stream_url: streamUrl });

export const lookAnswer = namedObject('StreamLook', {
  state: z.enum(PROBE_STATES).meta({ description: 'What all of it comes to, as in `health`', example: 'ok' }),
  reason: z.enum(REASONS).nullable(),
  latency_ms: z.int().nullable().meta({ description: 'Of its first answer', example: 42 }),
  findings: z.array(finding),
});

const ID = /^(0x[0-9a-f]{40})-(0x[0-9a-f]{64})-(0x[0-9a-f]{40})$/;

export const streamParams = z.strictObject({
  id: z
    .string()
    .transform((text, ctx) => {
      const [, contract, contentId, provider] = ID.exec(text.toLowerCase()) ?? [];
      if (contract && contentId && provider) return { contract, contentId, provider };
      return refuse(ctx, 'The id of a stream is deployment, content id and provider, joined by "-".');
    })
    .meta(
      documented('bad_stream_id', STREAM_ID, 'As `/streams` shows it', {
        pattern: '^0x[0-9a-fA-F]{40}-0x[0-9a-fA-F]{64}-0x[0-9a-fA-F]{40}$',
      }),
    ),
});

const bytesOf32 = (what: string) => bytes32('invalid_field', what, `${what} is`);
const KEY_TEXT = 'A key is up to 64 bytes in base64.';

export const proofBody = namedObject('Proof', {
  receipt: namedObject('SignedReceipt', {
    content_id: contentId,
    unit: z
      .int('A unit is a whole number from 0.')
      .min(0, 'A unit is a whole number from 0.')
      .max(MAX_UNIT, `A unit is at most ${MAX_UNIT}.`)
      .meta(documented('invalid_field', 0, 'Whose key it was given as')),
    key_hash: bytesOf32('SHA-256 of the key'),
    payment: bytesOf32('The digest of the voucher'),
    payer: viewer,
    issued_at_sec: z
      .int('A time in whole Unix seconds.')
      .min(0, 'A time in whole Unix seconds.')
      .max(Number.MAX_SAFE_INTEGER, 'A time in whole Unix seconds.')
      .meta(documented('invalid_field', 1_795_570_351, 'When it was signed, in Unix seconds')),
  }),
  signature: z
    .string()
    .regex(/^0x(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{130})$/, 'A signature of a receipt is 64 or 65 bytes in hex.')
    .meta(documented('bad_signature', `0x${'5a'.repeat(65)}`, "Of the provider's key, or its delegate's")),
  key: z
    .string()
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, KEY_TEXT)
    .max(88, KEY_TEXT)
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .meta(documented('invalid_field', KEY_EXAMPLE, 'What was given as the key, in base64')),
});

export const proofAnswer = namedObject('ProofFiled', { message: message('It is proven.'), health });
