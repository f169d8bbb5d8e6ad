import { z } from 'zod';
import { coinShape, laterCursor, message, out } from './answers.ts';
import { cid, creator, cursor, EXAMPLE, limit, longLimit, namedObject, token } from './fields/fields.ts';
import { amount } from './fields/listing-fields.ts';
import { unreadable } from './fields/text.ts';

export const contentsQuery = z.strictObject({
  search: z
    .string()
    .max(256)
    .refine((text) => unreadable(text) === null, 'A search is for text that can be read.')
    .optional()
    .meta({ description: 'Part of the name in any case, or a CID', example: 'sample' }),
  creator: creator.optional(),
  token: token.optional(),
  min_price: amount('0.001', 'Cheapest, in the unit of `token` (default: the native coin)').optional(),
  max_price: amount('0.1', 'Dearest, in the unit of `token` (default: the native coin)').optional(),
  limit,
  cursor,
});

export const listingQuery = z.strictObject({ creator: creator.optional(), token: token.optional() });
export const listingsQuery = listingQuery.extend({ limit: longLimit, cursor });
export const cidParams = z.strictObject({ cid });

/** The documented columns of a listing. */
export const documentedColumns = {
  cid: out.cid,
  video_name: z.string().meta({ example: 'Sample Video' }),
  content_creator_wallet: out.creator,
  creator_share: out.share,
  provider_share: out.share.meta({ example: 30 }),
  price: out.amount,
};
/** Where it stands on chain. */
export const onChainColumns = {
  content_id: out.contentId,
  contract: out.contract,
  ...coinShape,
  price_base_units: out.baseUnits,
  tx_hash: out.txHash,
};

export const scheduledSchema = namedObject('ScheduledTerms', {
  effective_at: out.time,
  retires: z.boolean(),
  creator_share: out.share,
  provider_share: out.share,
  price: out.amount,
  price_base_units: out.baseUnits,
  unit: out.unit,
});

/** What is known of media that is on this host. */
export const mediaSchema = namedObject('Media', {
  form: z.enum(['file', 'protected', 'packaged']).meta({
    description: 'A clear file; a video whose segments are encrypted; one packaged for playing, without keys',
    example: 'file',
  }),
  size: z.int().meta({ description: 'In bytes; of a packaged video all its files', example: 1_048_576 }),
  is_video: z.boolean().nullable().meta({
    description: 'Whether it is an MP4, MOV, WebM or MKV file with pictures; null: not looked at yet',
    example: true,
  }),
  duration_sec: z.number().nullable().meta({ description: 'Of a video, as the next three', example: 61.5 }),
  width: z.int().nullable().meta({ example: 1_280 }),
  height: z.int().nullable().meta({ example: 720 }),
  codecs: z
    .array(z.string())
    .nullable()
    .meta({ example: ['avc1.4d401e', 'mp4a.40.2'] }),
});

/** A listing: the documented columns, then where it stands on chain. */
export const contentSchema = namedObject('Content', {
  ...documentedColumns,
  ...onChainColumns,
  unit: out.unit,
  retired: z.boolean().meta({ description: 'Takes no more direct payments', example: false }),
  scheduled: scheduledSchema.nullable(),
  metadata: z.string().meta({ example: '' }),
  media: mediaSchema.nullable().meta({ description: 'The media, where it is on this host' }),
  published_at: out.time,
  block: z.int().meta({ example: 7 }),
});

export const contentsPage = namedObject('ContentsPage', {
  contents: z.array(contentSchema),
  next_cursor: out.nextCursor,
});
export const contentListings = namedObject('ContentListings', {
  contents: z.array(contentSchema),
  first: z.strictObject({ content_id: out.contentId, contract: out.contract }).nullable().meta({
    description: 'The first of all listings of this CID: anybody can list it again',
  }),
  next_cursor: laterCursor,
});

/** The stream of this host, in answers to calls that ask for it. */
export const ownStream = z
  .strictObject({
    stream_url: z.string().meta({ example: `https://host.example.org/play/${EXAMPLE.cid}` }),
    content_distributor_wallet: out.provider,
  })
  .nullable()
  .optional()
  .meta({
    description: 'Where `serve` asked for it: the stream of this host; null until the content is published',
  });

/** Who takes a file away. */
export const mediaRemoval = namedObject('MediaRemoval', { content_creator_wallet: creator });

export const mediaRemovalAnswer = namedObject('MediaRemovalAnswer', {
  message: message('File removed successfully.'),
  cid: out.cid,
  content_creator_wallet: out.creator,
});
