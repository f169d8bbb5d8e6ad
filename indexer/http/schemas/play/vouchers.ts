import { z } from 'zod';
import { documented, EXAMPLE, namedObject } from '../fields/fields.ts';

const BYTES32 = /^0x[0-9a-fA-F]{64}$/;
const MAX_UINT32 = 2 ** 32 - 1;
const MAX_UINT72 = 2n ** 72n - 1n;
/** One more than a voucher may have, so that it is told why. */
const MAX_ITEMS = 33;

const hash = (what: string) =>
  z
    .string()
    .regex(BYTES32, `${what} is 0x and 64 hex digits.`)
    .transform((text) => text.toLowerCase())
    .meta(documented('voucher_invalid', EXAMPLE.hash, what, { pattern: BYTES32.source }));
const uint32 = (what: string, example: number) =>
  z
    .int(`${what} is a whole number.`)
    .min(0, `${what} is not below 0.`)
    .max(MAX_UINT32, `${what} is at most ${MAX_UINT32}.`)
    .meta(documented('voucher_invalid', example, what));

const decimal = (what: string, most: bigint, example: string) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,21})$/, `${what} is decimal text.`)
    .refine((text) => BigInt(text) <= most, `${what} is at most ${most}.`)
    .meta(documented('voucher_invalid', example, what, { pattern: '^(0|[1-9]\\d{0,21})$' }));

const item = z.tuple([
  hash('The id of a content'),
  decimal('The number of units', BigInt(MAX_UINT32), '3'),
  decimal('The price of a unit in base units', MAX_UINT72, '1000000000000000'),
]);

/** As the key of a channel has signed it. */
export const voucherField = namedObject('SignedVoucher', {
  channelId: hash('The id of a channel'),
  epoch: uint32('The epoch', 1),
  seq: uint32('The number', 0),
  items: z
    .array(item)
    .max(MAX_ITEMS, 'A voucher lists 32 contents at most.')
    .meta(
      documented(
        'voucher_invalid',
        [[EXAMPLE.hash, '3', '1000000000000000']],
        'Of each content its id, units and unit price, in the order signed',
      ),
    ),
});

export const voucherSignature = z
  .string()
  .regex(/^0x([0-9a-fA-F]{128}|[0-9a-fA-F]{130})$/, 'The signature is 64 or 65 bytes in hex.')
  .meta(
    documented('voucher_invalid', `0x${'5a'.repeat(65)}`, "Of the channel's key over the EIP-712 `Voucher`"),
  );

export type VoucherField = z.output<typeof voucherField>;

/** What stands in the book, as its channel's key alone is shown it. */
export const shownVoucher = (voucher: {
  channelId: string;
  epoch: number;
  seq: number;
  items: readonly { contentId: string; units: number; unitPrice: bigint }[];
}): z.input<typeof voucherField> => ({
  channelId: voucher.channelId,
  epoch: voucher.epoch,
  seq: voucher.seq,
  items: voucher.items.map(({ contentId, units, unitPrice }) => [
    contentId,
    String(units),
    String(unitPrice),
  ]),
});

/** As the sale takes it. */
export function readVoucher({ items, ...voucher }: VoucherField) {
  return {
    ...voucher,
    items: items.map(([contentId, units, unitPrice]) => ({
      contentId,
      units: Number(units),
      unitPrice: BigInt(unitPrice),
    })),
  };
}
