import { z } from 'zod';
import { message, out } from './answers.ts';
import { listingQuery } from './contents.ts';
import { namedObject } from './fields/fields.ts';

const bytes = (description: string) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'A size is a whole number of bytes.')
    .transform(Number)
    .optional()
    .meta({ type: 'integer', minimum: 0, maximum: 999_999_999_999_999, description, example: 318_402 });

export const offerQuery = listingQuery.extend({
  size: bytes('Of a file that is not here: whether there would be room for it is answered'),
  max_size: bytes('The largest file that is wanted'),
});
export const takeQuery = listingQuery.extend({ max_size: bytes('The largest file that is wanted') });

export const offeredAnswer = namedObject('OfferedAnswer', {
  message: message('The content is served.'),
  cid: out.cid,
  content_id: out.contentId,
  contract: out.contract,
  content_creator_wallet: out.creator,
  content_distributor_wallet: out.provider,
  stream_url: z.string().nullable().meta({
    description: '`null`: a protected video that is kept, and served once its creator has brought its secret',
    example: 'https://host.example.org/play/bafy…',
  }),
  tx_hash: out.txHash.nullable(),
});

export const endedAnswer = namedObject('EndedAnswer', {
  message: message('The content is served no more.'),
  cid: out.cid,
  removed: z.boolean().meta({ description: 'Whether the file is gone: what creators have uploaded stays' }),
});
