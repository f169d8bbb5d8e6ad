import { z } from 'zod';
import { REJECT_REASONS } from '../../contract/reject-reasons.ts';
import type { Hold } from '../../playback/claiming/due-vouchers.ts';
import { coinShape, message, out } from './answers.ts';
import { channelId, cursor, EXAMPLE, limit, namedObject, wallet } from './fields/fields.ts';

export const channelParams = z.strictObject({ id: channelId });

export const channelsParams = z.strictObject({ wallet: wallet(EXAMPLE.viewer, 'A wallet') });

export const channelsQuery = z.strictObject({
  role: z
    .enum(['viewer', 'provider'])
    .optional()
    .meta({ description: 'Channels of the wallet as this only', example: 'viewer' }),
  provider: wallet(EXAMPLE.provider, 'Channels with this provider only').optional(),
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

const VOUCHER_STATES = ['open', 'sealed', 'claiming', 'claimed', 'rejected', 'void'] as const;

export const vouchersQuery = z.strictObject({
  state: z
    .enum(VOUCHER_STATES)
    .optional()
    .meta({ description: 'Those in this state only', example: 'sealed' }),
  limit,
  cursor,
});

const voucher = namedObject('Voucher', {
  channel_id: z.string().meta({ example: EXAMPLE.hash }),
  contract: out.contract,
  epoch: z.int().meta({ description: 'Of the channel', example: 1 }),
  seq: z.int().meta({ description: 'Its number', example: 0 }),
  state: z.enum(VOUCHER_STATES).meta({
    description:
      '`open`: it grows. `sealed`: it does not any more. `claiming`: its claim is sent. `claimed`: the contract has paid it. `rejected`: the contract will not, see `reason`. `void`: the deposit went back, or a later one was claimed.',
    example: 'open',
  }),
  items: z.array(
    z.strictObject({
      content_id: out.contentId,
      units: z.string().meta({ example: '12' }),
      unit_price: out.amount,
    }),
  ),
  ...coinShape,
  total: out.amount,
  total_base_units: out.baseUnits,
  opened_at: out.time,
  updated_at: out.time,
  claim_tx: out.txHash.nullable(),
  reason: z.string().nullable().meta({
    description:
      'Why it is not paid, or not as it was signed: a rejection of the contract, or a word of this host',
    example: null,
  }),
});

export const vouchersPage = namedObject('VouchersPage', {
  vouchers: z.array(voucher),
  next_cursor: out.nextCursor,
});

const HOLDS = [
  ...(['not yet', 'below the gas', 'earlier first', 'under way'] as const),
  ...(['not final', 'records behind', 'no delegate'] as const),
] as const satisfies readonly Hold[];

export const claimAnswer = namedObject('ClaimAnswer', {
  message: message('Claiming has begun.'),
  claiming: z
    .array(
      z.strictObject({
        contract: out.contract,
        ...coinShape,
        vouchers: z.int().meta({ example: 12 }),
        amount: out.amount,
        amount_base_units: out.baseUnits,
      }),
    )
    .meta({ description: 'A row for each transaction' }),
  waiting: z
    .array(z.strictObject({ why: z.enum(HOLDS), vouchers: z.int().meta({ example: 1 }) }))
    .meta({ description: 'What is not claimed now, by the reason' }),
});

export const hostMedia = namedObject('HostMedia', {
  media_count: z.int().meta({ description: 'Files and packaged videos that are kept', example: 12 }),
  media_bytes: z.int().meta({ description: 'Their sizes together', example: 4_000_000_000 }),
  free_bytes: z.int().meta({ description: 'Of the disk with DATA_DIR', example: 80_000_000_000 }),
});
