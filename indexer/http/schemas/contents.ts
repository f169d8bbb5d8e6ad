import { z } from 'zod';
import { STORAGE_NAMES } from '../../media/library.ts';
import { coinShape, laterCursor, message, out } from './answers.ts';
import { authorization, signedWhole } from './fields/authorization.ts';
import { EXAMPLE } from './fields/examples.ts';
import {
  amount,
  cid,
  creator,
  cursor,
  limit,
  longLimit,
  price,
  provider,
  serve,
  share,
  streamUrl,
  token,
  unit,
  videoName,
} from './fields/fields.ts';
import { unreadable } from './fields/text.ts';

/** A creator's terms, as the documented calls send them. */
export const offer = {
  video_name: videoName,
  content_creator_wallet: creator,
  creator_share: share(70, "The creator's part of each payment in percent"),
  provider_share: share(30, "The provider's part in percent; both add up to 100"),
  price,
  unit: unit.optional(),
  token: token.optional(),
};

interface Shares {
  creator_share: number;
  provider_share: number;
}

export function sharesAddUp({ creator_share, provider_share }: Shares, ctx: z.RefinementCtx): void {
  if (creator_share + provider_share === 10_000) return;
  const message = 'creator_share and provider_share add up to 100.';
  const params = { code: 'shares_sum', example: (10_000 - creator_share) / 100 };
  ctx.addIssue({ code: 'custom', path: ['provider_share'], message, params });
}

const storage = z.enum(STORAGE_NAMES, 'A storage is ipfs or ethstorage.').meta({
  'x-code': 'bad_storage',
  description: "Where the file goes; by default the host's choice",
  example: 'ipfs',
});

/** What can be wrong of an offer beyond its fields one by one. */
export const OFFER_PROBLEMS = [
  'shares_sum',
  'price_decimals',
  'price_too_large',
  'bad_token',
  'minute_not_sold',
] as const;

export const uploadMeta = z
  .strictObject({ ...offer, storage: storage.optional(), serve: serve.optional() })
  .superRefine(sharesAddUp)
  .meta({ id: 'UploadMeta' });

/** Where the path says it already, it may be said again. */
export const web3UploadMeta = z
  .strictObject({
    ...offer,
    storage: z
      .literal('ethstorage')
      .optional()
      .meta({ 'x-code': 'bad_storage', description: 'As the path says', example: 'ethstorage' }),
    serve: serve.optional(),
  })
  .superRefine(sharesAddUp)
  .meta({ id: 'Web3UploadMeta' });

export const registration = z
  .strictObject({
    cid,
    stream_url: streamUrl,
    content_distributor_wallet: provider,
    ...offer,
    ...authorization,
  })
  .superRefine(sharesAddUp)
  .superRefine(signedWhole)
  .meta({ id: 'Registration' });

export const deregistration = z
  .strictObject({
    cid,
    content_distributor_wallet: provider,
    creator: creator.optional(),
    token: token.optional(),
    ...authorization,
  })
  .superRefine(signedWhole)
  .meta({ id: 'Deregistration' });

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

export const documented = {
  cid: out.cid,
  video_name: z.string().meta({ example: 'Sample Video' }),
  content_creator_wallet: out.creator,
  creator_share: out.share,
  provider_share: out.share.meta({ example: 30 }),
  price: out.amount,
};
const onChain = {
  content_id: out.contentId,
  contract: out.contract,
  ...coinShape,
  price_base_units: out.baseUnits,
  tx_hash: out.txHash,
};

export const scheduledSchema = z
  .strictObject({
    effective_at: out.time,
    retires: z.boolean(),
    creator_share: out.share,
    provider_share: out.share,
    price: out.amount,
    price_base_units: out.baseUnits,
    unit: out.unit,
  })
  .meta({ id: 'ScheduledTerms' });

/** A listing: the documented columns, then where it stands on chain. */
export const contentSchema = z
  .strictObject({
    ...documented,
    ...onChain,
    unit: out.unit,
    retired: z.boolean().meta({ description: 'Takes no more direct payments', example: false }),
    scheduled: scheduledSchema.nullable(),
    metadata: z.string().meta({ example: '' }),
    published_at: out.time,
    block: z.int().meta({ example: 7 }),
  })
  .meta({ id: 'Content' });

export const contentsPage = z
  .strictObject({ contents: z.array(contentSchema), next_cursor: out.nextCursor })
  .meta({ id: 'ContentsPage' });
export const contentListings = z
  .strictObject({
    contents: z.array(contentSchema),
    first: z.strictObject({ content_id: out.contentId, contract: out.contract }).nullable().meta({
      description: 'The first of all listings of this CID: anybody can list it again',
    }),
    next_cursor: laterCursor,
  })
  .meta({ id: 'ContentListings' });

export const web3Url = z.string().meta({
  description: 'The file on its chain (ERC-4804); where it is on EthStorage',
  example: `web3://${EXAMPLE.contract}:11155111/${EXAMPLE.cid}`,
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

export const uploadAnswer = z
  .strictObject({
    message: message('File uploaded successfully.'),
    web3_url: web3Url.optional(),
    meta: z.strictObject({
      ...documented,
      ...onChain,
      size: z.int().meta({ description: 'Bytes of the file', example: 318_402 }),
    }),
    stream: ownStream,
  })
  .meta({ id: 'UploadAnswer' });

export const web3UploadAnswer = uploadAnswer.extend({ web3_url: web3Url }).meta({ id: 'Web3UploadAnswer' });

/** Who takes a file away. */
export const mediaRemoval = z.strictObject({ content_creator_wallet: creator }).meta({ id: 'MediaRemoval' });

export const mediaRemovalAnswer = z
  .strictObject({
    message: message('File removed successfully.'),
    cid: out.cid,
    content_creator_wallet: out.creator,
  })
  .meta({ id: 'MediaRemovalAnswer' });

export const registerAnswer = z
  .strictObject({
    message: message('Stream registered successfully.'),
    server: z.strictObject({
      ...documented,
      stream_url: z.string().meta({ example: 'http://localhost:9000/stream' }),
      content_distributor_wallet: out.provider,
      ...onChain,
    }),
  })
  .meta({ id: 'RegisterAnswer' });

export const deregisterAnswer = z
  .strictObject({
    message: message('Stream deregistered successfully.'),
    cid: out.cid,
    content_distributor_wallet: out.provider,
  })
  .meta({ id: 'DeregisterAnswer' });
