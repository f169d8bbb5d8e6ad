import { z } from 'zod';
import { contract, documented, EXAMPLE, namedObject } from '../fields/fields.ts';
import { voucherField, voucherSignature } from './vouchers.ts';

/** So many units are opened at once. */
export const MAX_UNITS = 60;
export const MAX_UNIT = 99_999;

export const unitParam = z
  .string()
  .meta({ description: 'Number of the unit, from 0', example: '0', pattern: '^(0|[1-9]\\d{0,4})$' });

const UNITS = `A list of 1 to ${MAX_UNITS} numbers of units, none twice.`;

export const keysBody = namedObject('KeysRequest', {
  units: z
    .array(z.int(UNITS).min(0, UNITS).max(MAX_UNIT, UNITS), UNITS)
    .min(1, UNITS)
    .max(MAX_UNITS, UNITS)
    .refine((units) => new Set(units).size === units.length, UNITS)
    .meta(documented('invalid_field', [0, 1], 'Units to open: all of them, or none')),
  voucher: voucherField,
  signature: voucherSignature,
  contract: contract
    .optional()
    .meta(documented('bad_address', EXAMPLE.contract, 'By default the deployment that is written to')),
});

const unitsText = z.string().meta({ example: '0' });

export const receiptSchema = namedObject('Receipt', {
  content_id: z.string().meta({ example: EXAMPLE.hash }),
  unit: z.int().meta({ example: 0 }),
  key_hash: z.string().meta({ description: 'SHA-256 of the key', example: EXAMPLE.hash }),
  payment: z.string().meta({ description: 'Digest of the voucher', example: EXAMPLE.hash }),
  payer: z.string().meta({ example: EXAMPLE.viewer }),
  issued_at_sec: z.int().meta({ example: 1_795_570_351 }),
  signature: z.string().meta({
    description:
      'Of the provider, or its delegate, over the EIP-712 `Receipt(bytes32 contentId,uint32 unit,bytes32 keyHash,bytes32 payment,address payer,uint64 issuedAtSec)`',
    example: `0x${'5a'.repeat(65)}`,
  }),
});

export const keysAnswer = namedObject('Keys', {
  keys: z
    .record(z.string(), z.string())
    .meta({ description: '16 bytes in base64 by unit', example: { 0: 'q83vEjRWeJCrze8SNFZ4kA==' } }),
  open_until: z.record(z.string(), z.int()).meta({
    description: 'Unix time by unit: the first second in which it is closed',
    example: { 0: 1_795_570_351 },
  }),
  channel: z.strictObject({
    channel_id: z.string().meta({ example: EXAMPLE.hash }),
    epoch: z.int().meta({ example: 1 }),
    seq: z.int().meta({ description: 'Number of the voucher that stands for this channel', example: 0 }),
    digest: z.string().meta({ description: 'What its signature signs', example: EXAMPLE.hash }),
    credit: z.record(z.string(), unitsText).meta({
      description: 'Units that are paid and not opened, by content id',
      example: { [EXAMPLE.hash]: '0' },
    }),
  }),
  receipts: z
    .record(z.string(), receiptSchema)
    .optional()
    .meta({ description: 'By unit, where `Prefer: receipt` asked for them' }),
});
