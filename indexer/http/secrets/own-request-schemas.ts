import { z } from 'zod';
import { KEY_REQUEST_STATES } from '../../store/book/own-key-requests.ts';
import { message, out } from '../schemas/answers.ts';
import { contentId, contract, cursor, documented, limit, namedObject } from '../schemas/fields/fields.ts';
import { readableText, streamUrl } from '../schemas/fields/listing-fields.ts';
import { unixTime } from './grant-schemas.ts';

const HOST = 'https://first.example';
const STATES =
  "`waiting`: for the creator's grant. `granted`: the keys came. `failed`: that host gives none, or what it gave is of no use";
const END = 'waiting: that host forgets the request then; granted: the grant is over then';
const WHY = 'Why it failed';
const WORDS = 'https://first.example gives no keys: it was taken down.';

/** What `npm run provide` tells of its asking. */
export const ownKeyRequestBody = namedObject('OwnKeyRequestNews', {
  content_id: contentId,
  contract: contract.optional(),
  from: streamUrl.meta({
    ...streamUrl.meta(),
    ...documented('bad_url', HOST, 'Base URL of the host that was asked'),
  }),
  state: z
    .enum(KEY_REQUEST_STATES, 'A state is waiting, granted or failed.')
    .meta(documented('invalid_field', 'waiting', STATES)),
  until_sec: unixTime(`Unix time; ${END}`).optional(),
  reason: readableText(WHY, WORDS, { maxBytes: 2_000 }).optional(),
});

export const ownKeyRequestNoted = namedObject('OwnKeyRequestNoted', {
  message: message('The request is noted.'),
  cid: out.cid,
  content_id: out.contentId,
  contract: out.contract,
});

export const ownKeyRequestsQuery = z.strictObject({ limit, cursor });

export const ownKeyRequestsPage = namedObject('OwnKeyRequestsPage', {
  key_requests: z.array(
    namedObject('OwnKeyRequest', {
      cid: out.cid,
      content_id: out.contentId,
      contract: out.contract,
      content_creator_wallet: out.creator,
      token: out.token,
      video_name: z.string().meta({ example: 'Sample Video' }),
      from: z.string().meta({ description: 'Base URL of the host that was asked last', example: HOST }),
      state: z.enum(KEY_REQUEST_STATES).meta({ description: STATES, example: 'waiting' }),
      asked_at: out.time.meta({ description: 'When it was asked last' }),
      until: out.time.nullable().meta({ description: `${END}; null where it has not said` }),
      reason: z.string().nullable().meta({ description: WHY, example: null }),
      has_keys: z
        .boolean()
        .meta({ description: 'Whether the keys are here now, however they came', example: false }),
    }),
  ),
  next_cursor: out.nextCursor,
});
