import { z } from 'zod';
import { REJECT_REASONS } from '../../contract/reject-reasons.ts';
import { coinShape, out } from './answers.ts';
import { channelId, cursor, EXAMPLE, limit, namedObject, wallet } from './fields/fields.ts';

export const channelParams = z.strictObject({ id: channelId });

export const channelsParams = z.strictObject({ wallet: wallet(EXAMPLE.viewer, 'A wallet') });

export const channelsQuery = z.strictObject({
  role: z
    .enum(['viewer', 'provider'])
    .optional()
    .meta({ description: 'Channels of the wallet as this only', example: 'viewer' }),
  limit,
  cursor,
});

const channelShape = {
  channel_id: z.string().meta({ example: EXAMPLE.hash }),
  contract: out.contract,
  viewer_wallet: out.viewer,
  provider_wallet: out.provider,
  authorizer: z.string().meta({ description: 'The key that signs its vouchers', example: EXAMPLE.viewer }),
  salt: z.string().meta({ example: EXAMPLE.hash }),
  ...coinShape,
  deposit: out.amount.meta({ description: 'What vouchers can still take' }),
  deposit_base_units: out.baseUnits,
  claimed: out.amount.meta({ description: 'What vouchers have taken, in all epochs' }),
  claimed_base_units: out.baseUnits,
  epoch: z.int().meta({ description: 'Vouchers of this epoch count', example: 1 }),
  next_seq: z.int().meta({ description: 'The least number that the next voucher can have', example: 0 }),
  withdrawable_at: out.time.nullable().meta({
    description: 'From when the viewer can take the deposit back; null if it has not asked',
  }),
  opened_at: out.time,
  tx_hash: out.txHash,
};

const channelEvent = namedObject('ChannelEvent', {
  kind: z.enum([
    ...(['opened', 'deposited', 'claimed', 'rejected'] as const),
    ...(['withdraw_initiated', 'withdraw_cancelled', 'withdraw_finalized', 'released'] as const),
  ]),
  amount: out.amount.nullable().meta({ description: 'Deposited, claimed or given back' }),
  amount_base_units: out.baseUnits.nullable(),
  payer: z.string().nullable().meta({ description: 'Who deposited', example: EXAMPLE.viewer }),
  seq: z.int().nullable().meta({ description: 'Number of the voucher', example: 0 }),
  reason: z
    .enum(REJECT_REASONS)
    .nullable()
    .meta({ description: 'Why the voucher was rejected', example: null }),
  timestamp: out.time,
  tx_hash: out.txHash,
  block: z.int(),
  log_index: z.int(),
});

export const channelSchema = namedObject('Channel', channelShape);

export const channelAnswer = namedObject('ChannelAnswer', {
  channels: z.array(
    z.strictObject({
      ...channelShape,
      events: z.array(channelEvent).meta({ description: 'Newest first, the last 1000' }),
    }),
  ),
});

export const channelsPage = namedObject('ChannelsPage', {
  channels: z.array(channelSchema),
  next_cursor: out.nextCursor,
});
