import { z } from 'zod';
import { health } from '../proofs/schemas.ts';
import { laterCursor, message, out } from './answers.ts';
import { documentedColumns, onChainColumns } from './contents.ts';
import { authorization, signedObject, signedWhole } from './fields/authorization.ts';
import { cid, creator, cursor, limit, longLimit, namedObject, provider, token } from './fields/fields.ts';
import { streamUrl } from './fields/listing-fields.ts';
import { offer, sharesAddUp } from './offer.ts';

export const streamsQuery = z.strictObject({ limit, cursor });
/** Of one content or wallet. */
export const streamsOfQuery = z.strictObject({ limit: longLimit, cursor });

export const streamSchema = namedObject('Stream', {
  id: out.streamId,
  cid: out.cid,
  stream_url: z.string().meta({ example: 'http://localhost:9000/stream' }),
  content_distributor_wallet: out.provider,
  content_creator_wallet: out.creator,
  content_id: out.contentId,
  contract: out.contract,
  registered_at: out.time,
  health: health.optional().meta({ description: 'What this host has found of it; left out of events' }),
});

export const streamsAnswer = namedObject('Streams', {
  streams: z.array(streamSchema),
  next_cursor: laterCursor,
});
export const streamsPage = namedObject('StreamsPage', {
  streams: z.array(streamSchema),
  next_cursor: out.nextCursor,
});

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

export const deregistration = signedObject('Deregistration', {
  cid,
  content_distributor_wallet: provider,
  creator: creator.optional(),
  token: token.optional(),
});

export const registerAnswer = namedObject('RegisterAnswer', {
  message: message('Stream registered successfully.'),
  server: z.strictObject({
    ...documentedColumns,
    stream_url: z.string().meta({ example: 'http://localhost:9000/stream' }),
    content_distributor_wallet: out.provider,
    ...onChainColumns,
  }),
});

export const deregisterAnswer = namedObject('DeregisterAnswer', {
  message: message('Stream deregistered successfully.'),
  cid: out.cid,
  content_distributor_wallet: out.provider,
});
