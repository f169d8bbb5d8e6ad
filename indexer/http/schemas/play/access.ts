import { z } from 'zod';
import {
  bytes32,
  channelId,
  contentId,
  contract,
  documented,
  EXAMPLE,
  namedObject,
  provider,
  wallet,
} from '../fields/fields.ts';
import { signature } from '../fields/signatures.ts';

export const ORIGIN = 'An audience is an origin, such as https://host.example.org.';

/** An EIP-712 `Access` with its signature. */
export const accessBody = namedObject('Access', {
  account: wallet(EXAMPLE.viewer, 'Who has paid, and signs'),
  provider,
  audience: z
    .string()
    .max(2_048, ORIGIN)
    .regex(/^https?:\/\/[^\s/]+$/, ORIGIN)
    .meta(documented('invalid_field', 'https://host.example.org', "Origin of the stream's URL")),
  content_id: contentId,
  nonce: bytes32('invalid_field', 'Drawn at random for this one use', 'The nonce is 32 bytes:'),
  expires_at_sec: z
    .int('A Unix time in whole seconds.')
    .nonnegative('A Unix time in whole seconds.')
    .meta(documented('bad_deadline', 1_795_570_351, 'Unix time, at most 5 minutes ahead')),
  signature,
  channel_id: channelId
    .optional()
    .meta(
      documented(
        'bad_channel_id',
        EXAMPLE.hash,
        'A channel of the account, whose key signs in its place: the token opens what that channel has bought alone',
      ),
    ),
  contract: contract
    .optional()
    .meta(documented('bad_address', EXAMPLE.contract, 'By default the deployment that is written to')),
});

export const playToken = namedObject('PlayToken', {
  token: z.string().meta({
    description: 'For the path, or `Authorization: Bearer`; it ends the one before',
    example: 'q83vEjRWeJCrze8SNFZ4kA',
  }),
  until_sec: z.int().meta({ description: 'Unix time: sign anew then, or pay anew', example: 1_795_570_351 }),
  play_url: z.string().meta({
    description: 'The file, for whoever knows this address',
    example: `https://host.example.org/play/~q83vEjRWeJCrze8SNFZ4kA/${EXAMPLE.cid}`,
  }),
});

export const tokenParam = z
  .string()
  .meta({ description: 'Of POST /play/{cid}/access', example: 'q83vEjRWeJCrze8SNFZ4kA' });
