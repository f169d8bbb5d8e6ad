import { z } from 'zod';
import { message } from './answers.ts';
import { contentSchema, ownStream } from './contents.ts';
import { authorization, signedWhole } from './fields/authorization.ts';
import { cid, creator, namedObject, token } from './fields/fields.ts';
import { metadata, serve, videoName } from './fields/listing-fields.ts';
import { offer, sharesAddUp } from './offer.ts';

const { creator_share, provider_share, price, unit } = offer;
const EXAMPLE_TERMS = { creator_share: 70, provider_share: 30, price: '0.001' };

/** A creator's terms, in an object of their own. */
export const publication = z
  .strictObject({
    cid,
    video_name: videoName,
    content_creator_wallet: creator,
    terms: z
      .strictObject({ creator_share, provider_share, price, token: token.optional(), unit })
      .superRefine(sharesAddUp)
      .meta({ example: EXAMPLE_TERMS }),
    metadata: metadata.optional(),
    serve: serve.optional(),
    ...authorization,
  })
  .superRefine(signedWhole)
  .meta({ id: 'Publication' });

export const changeOfTerms = z
  .strictObject({
    content_creator_wallet: creator,
    token: token.optional(),
    terms: z
      .strictObject({ creator_share, provider_share, price, unit })
      .superRefine(sharesAddUp)
      .nullable()
      .meta({ description: 'null: what is scheduled is cancelled', example: EXAMPLE_TERMS }),
    ...authorization,
  })
  .superRefine(signedWhole)
  .meta({ id: 'ChangeOfTerms' });

export const retirement = z
  .strictObject({ content_creator_wallet: creator, token: token.optional(), ...authorization })
  .superRefine(signedWhole)
  .meta({ id: 'Retirement' });

export const contentAnswer = namedObject('ContentAnswer', {
  message: message('Content published successfully.'),
  content: contentSchema,
});

export const publishedAnswer = contentAnswer.extend({ stream: ownStream }).meta({ id: 'PublishedAnswer' });
