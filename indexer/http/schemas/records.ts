import { z } from 'zod';
import { coinShape, message, out } from './answers.ts';
import {
  cid,
  contentId,
  contract,
  creator,
  cursor,
  longLimit,
  namedObject,
  provider,
  token,
  txHash,
  viewer,
} from './fields/fields.ts';
import { price } from './fields/listing-fields.ts';
import { day, timestamp } from './fields/times.ts';

export const viewReport = namedObject('ViewReport', {
  cid,
  blockchain_address: viewer,
  provider_wallet: provider,
  creator_wallet: creator,
  price,
  timestamp,
  tx_hash: txHash.optional(),
  token: token.optional(),
});

export const viewReportAnswer = namedObject('ViewReportAnswer', {
  message: message('View recorded successfully.'),
  cid: out.cid,
  creator_wallet: out.creator,
  settled: z.boolean().meta({ description: 'A payment on chain covers this view', example: false }),
  timestamp: out.time.meta({
    description: 'The second that the view counts for: one without zone was taken as UTC',
  }),
  repeated: z.boolean().meta({
    description: 'The same view was reported before: of the same wallets, content and second. It counts once',
    example: false,
  }),
  linked_to: z.string().nullable().meta({ description: '`id` of the record of that payment', example: null }),
});

const recordsShape = {
  start_date: day('2023-07-01', 'First day, in UTC').optional(),
  end_date: day('2023-07-31', 'Last day, in UTC, the whole of it').optional(),
  settled: z
    .enum(['true', 'false'], 'settled is true or false.')
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'Paid on chain, or not; both by default', example: 'false' }),
  limit: longLimit,
  cursor,
};

function recordsQueryOf<Shape extends z.ZodRawShape>(more: Shape) {
  return z.strictObject({ ...recordsShape, ...more }).superRefine((query, ctx) => {
    const { start_date = 0, end_date = start_date } = query as { start_date?: number; end_date?: number };
    if (start_date <= end_date) return;
    const example = new Date(start_date * 1000).toISOString().slice(0, 10);
    const params = { code: 'bad_date_range', example };
    ctx.addIssue({ code: 'custom', path: ['end_date'], message: 'end_date is before start_date.', params });
  });
}

export const recordsQuery = recordsQueryOf({});

/** A CID can be listed by several creators, in several coins. */
export const recordsOfCidQuery = recordsQueryOf({
  content_id: contentId.optional(),
  contract: contract.optional(),
});

export const recordsOfViewerQuery = recordsQueryOf({
  include: z
    .literal('attributed', 'include is attributed.')
    .optional()
    .meta({ description: 'Also what others say that the wallet has viewed', example: 'attributed' }),
});

export const recordSchema = namedObject('Record', {
  cid: out.cid,
  blockchain_address: out.viewer.meta({ description: "The viewer's wallet" }),
  provider_wallet: out.provider,
  creator_wallet: out.creator,
  price: out.amount,
  timestamp: out.time,
  id: z.string().meta({ example: `${'0x88df'.padEnd(66, '0')}:0` }),
  source: z.enum(['direct', 'voucher', 'sponsored', 'reported']),
  settled: z.boolean().meta({ description: 'Paid on chain' }),
  units: z.int().meta({ example: 1 }),
  amount: out.amount,
  amount_base_units: out.baseUnits,
  creator_amount: out.amount.nullable(),
  provider_amount: out.amount.nullable(),
  payer: out.viewer
    .nullable()
    .meta({ description: 'Who has paid; null where nobody has, or it is not known' }),
  sponsor: out.viewer.nullable().meta({ description: 'Who has paid in place of the viewer' }),
  attributed: z.boolean().meta({
    description: 'Others say that this wallet has viewed it: it has neither paid nor signed for it',
    example: false,
  }),
  ...coinShape,
  reported_units: z.int().meta({ description: 'Units that reports cover, too', example: 0 }),
  content_id: out.contentId,
  contract: out.contract,
  tx_hash: out.txHash.nullable(),
  block: z.int().nullable(),
});

export const recordsPage = namedObject('RecordsPage', {
  records: z.array(recordSchema),
  next_cursor: out.nextCursor,
});
