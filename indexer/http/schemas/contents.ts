import { z } from 'zod';
import { coinShape, laterCursor, message, out } from './answers.ts';
import {
  cid,
  creator,
  cursor,
  documented,
  EXAMPLE,
  limit,
  longLimit,
  namedObject,
  token,
} from './fields/fields.ts';
import { amount, unit } from './fields/listing-fields.ts';
import { unreadable } from './fields/text.ts';

/** A filter that is there or not. */
function only(description: string) {
  return z
    .literal('true', 'Only true, or left out.')
    .transform(() => true as const)
    .optional()
    .meta(documented('invalid_field', 'true', description));
}

export const contentsQuery = z.strictObject({
  search: z
    .string()
    .max(256)
    .refine((text) => unreadable(text) === null, 'A search is for text that can be read.')
    .optional()
    .meta({ description: 'Part of the name in any case, or a CID', example: 'sample' }),
  q: z
    .string()
    .max(256)
    .refine((text) => unreadable(text) === null, 'A search is for text that can be read.')
    .optional()
    .meta({
      description:
        'Words of the name in any order; where no name has them all, each may have one letter wrong, missing, too many or swapped with the next, if it has four or more. Or a CID, or the wallet of a creator',
      example: 'smaple',
    }),
  sort: z
    .enum(['new', 'views', 'price'], 'A sort is new, views or price.')
    .optional()
    .meta(
      documented(
        'invalid_field',
        'views',
        "`new` (default): latest publication first. `views`: most watched first. `price`: cheapest unit first by the terms in force, coin by coin, since coins can't be compared: the native one first, then by the address of the token",
      ),
    ),
  served: only('Those that somebody serves'),
  free: only('Those whose price in force is 0'),
  unit: unit.optional().meta(documented('bad_unit', 'minute', 'Those whose price in force is for this unit')),
  cid: cid.optional(),
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
  captions: z.array(z.string()).meta({ description: 'Languages of its captions', example: [] }),
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

/** A listing in the catalogue: with what others have made of it, and what a card of it shows. */
export const listedContent = namedObject('ListedContent', {
  ...contentSchema.shape,
  poster: z
    .string()
    .nullable()
    .meta({
      description: 'Path of a picture of it in JPEG on this host; null where it has none, or is not here',
      example: `/ipfs/${EXAMPLE.cid}/poster.jpg`,
    }),
  preview_sec: z.number().nullable().meta({
    description: 'Seconds at the start that play to everybody; null where it is not known here',
    example: 30,
  }),
  price_for_all: z.string().nullable().meta({
    description:
      'For watching all of it once, by the terms in force: the price of a view or a day, or of each minute that has a key; null where its minutes are not known here',
    example: '0.001',
  }),
  price_for_all_base_units: z.string().nullable().meta({ example: '1000000000000000' }),
  views: z.int().meta({
    description:
      'Rows of its history: payments and reports, not people. Whoever pays is counted, also its creator',
    example: 12,
  }),
  streams: z.int().meta({ description: 'Active ones of this listing', example: 2 }),
  listings: z.int().meta({
    description: 'Listings of its CID, itself among them: one for each creator and coin',
    example: 1,
  }),
  first_listing: z
    .strictObject({ content_id: out.contentId, contract: out.contract, content_creator_wallet: out.creator })
    .meta({ description: 'Of all listings of its CID the one that was published first' }),
});

export const contentsPage = namedObject('ContentsPage', {
  contents: z.array(listedContent),
  next_cursor: out.nextCursor,
});
export const contentListings = namedObject('ContentListings', {
  contents: z.array(listedContent),
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
