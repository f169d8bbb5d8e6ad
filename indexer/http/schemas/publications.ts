import { z } from 'zod';
import { message } from './answers.ts';
import { contentSchema, ownStream } from './contents.ts';
import { signedObject } from './fields/authorization.ts';
import { cid, creator, namedObject, token } from './fields/fields.ts';
import { metadata, serve, videoName } from './fields/listing-fields.ts';
import { offer, sharesAddUp } from './offer.ts';

const { creator_share, provider_share, price, unit } = offer;
const EXAMPLE_TERMS = { creator_share: 70, provider_share: 30, price: '0.001' };

/** A creator's terms, in an object of their own. */
export const publication = signedObject('Publication', {
  cid,
  video_name: videoName,
  content_creator_wallet: creator,
  terms: z
    .strictObject({ creator_share, provider_share, price, token: token.optional(), unit })
    .superRefine(sharesAddUp)
    .meta({ example: EXAMPLE_TERMS }),
  metadata: metadata.optional(),
  serve: serve.optional(),
});

export const changeOfTerms = signedObject('ChangeOfTerms', {
  content_creator_wallet: creator,
  token: token.optional(),
  terms: z
    .strictObject({ creator_share, provider_share, price, unit })
    .superRefine(sharesAddUp)
    .nullable()
    .meta({ description: 'null: what is scheduled is cancelled', example: EXAMPLE_TERMS }),
});

export const retirement = signedObject('Retirement', {
  content_creator_wallet: creator,
  token: token.optional(),
});

export const contentAnswer = namedObject('ContentAnswer', {
  message: message('Content published successfully.'),
  content: contentSchema,
});

export const publishedAnswer = contentAnswer.extend({ stream: ownStream }).meta({ id: 'PublishedAnswer' });
