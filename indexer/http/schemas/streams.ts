import { z } from 'zod';
import { laterCursor, out } from './answers.ts';
import { cursor, limit, longLimit } from './fields/fields.ts';

export const streamsQuery = z.strictObject({ limit, cursor });
/** Of one content or wallet. */
export const streamsOfQuery = z.strictObject({ limit: longLimit, cursor });

export const streamSchema = z
  .strictObject({
    cid: out.cid,
    stream_url: z.string().meta({ example: 'http://localhost:9000/stream' }),
    content_distributor_wallet: out.provider,
    content_creator_wallet: out.creator,
    content_id: out.contentId,
    contract: out.contract,
    registered_at: out.time,
  })
  .meta({ id: 'Stream' });

export const streamsAnswer = z
  .strictObject({ streams: z.array(streamSchema), next_cursor: laterCursor })
  .meta({ id: 'Streams' });
export const streamsPage = z
  .strictObject({ streams: z.array(streamSchema), next_cursor: out.nextCursor })
  .meta({ id: 'StreamsPage' });
