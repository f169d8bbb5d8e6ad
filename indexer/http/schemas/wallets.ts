import { z } from 'zod';
import { coinShape, laterCursor, out } from './answers.ts';
import { cursor, EXAMPLE, longLimit, namedObject, wallet } from './fields/fields.ts';

export const walletParams = z.strictObject({ wallet: wallet(EXAMPLE.provider, 'A wallet') });

/** Rows of both lists together: coins first, then days. */
export const earningsQuery = z.strictObject({ limit: longLimit, cursor });

export const earningsAnswer = namedObject('Earnings', {
  wallet: out.provider,
  by_coin: z.array(
    z.strictObject({
      contract: out.contract,
      ...coinShape,
      credited: out.amount,
      returned: out.amount.meta({
        description: 'Credited, and not earned: deposits that came back, and what a sponsor overpaid',
      }),
      withdrawn: out.amount,
      balance: out.amount.meta({
        description: 'Credited and not withdrawn yet; deposits that came back are credits too',
      }),
      balance_base_units: out.baseUnits,
    }),
  ),
  unclaimed: z
    .array(
      z.strictObject({
        contract: out.contract,
        ...coinShape,
        amount: out.amount.meta({
          description: 'Of all vouchers that are not claimed, with the parts of creators',
        }),
        amount_base_units: out.baseUnits,
        provider_amount: out.amount.meta({
          description: "Of it the provider's own part, by the shares in force now",
        }),
        provider_amount_base_units: out.baseUnits,
        vouchers: z.int().meta({ example: 12 }),
      }),
    )
    .optional()
    .meta({
      description:
        "Of this host's own provider, for itself (signed in) and the operator: vouchers that viewers have signed, by coin; on the first page",
    }),
  by_day: z.array(
    z.strictObject({
      day: z.string().meta({ format: 'date', example: '2023-07-31' }),
      contract: out.contract,
      ...coinShape,
      role: z.enum(['creator', 'provider', 'sponsor']),
      amount: out.amount,
    }),
  ),
  next_cursor: laterCursor,
});

const earned = {
  contract: out.contract,
  ...coinShape,
  role: z.enum(['creator', 'provider']),
  amount: out.amount,
  amount_base_units: out.baseUnits,
  units: z.string().meta({ description: 'Paid views, minutes or days', example: '12' }),
  payments: z.string().meta({ description: 'In so many payments they came', example: '3' }),
};

export const earnedByContent = namedObject('EarningsByContent', {
  wallet: out.provider,
  contents: z.array(
    z.strictObject({
      content_id: out.contentId,
      cid: out.cid,
      video_name: z.string().meta({ example: 'Sample Video' }),
      unit: out.unit,
      ...earned,
    }),
  ),
  next_cursor: out.nextCursor,
});

export const earnedByProvider = namedObject('EarningsByProvider', {
  wallet: out.creator,
  providers: z.array(z.strictObject({ provider_wallet: out.provider, ...earned })),
  next_cursor: out.nextCursor,
});
