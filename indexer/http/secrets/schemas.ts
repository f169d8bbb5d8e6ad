import { z } from 'zod';
import { message, out } from '../schemas/answers.ts';
import { cid, creator, documented, namedObject } from '../schemas/fields/fields.ts';

const EXAMPLE = 'MDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk8=';
/** The last digit of 32 bytes has two bits that are none. */
const SECRET = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

const secret = z
  .string()
  .regex(SECRET, 'A secret is 32 bytes in base64.')
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
  .meta(documented('bad_secret', EXAMPLE, '32 bytes in base64, from which all keys of the content come'));

const version = z
  .literal(1, 'This host reads version 1 of such files.')
  .meta(documented('invalid_field', 1, 'Of the form of this file'));

/** The file that a creator keeps, as it comes back. */
export const secretFile = namedObject('ContentSecretFile', {
  version,
  cid,
  content_creator_wallet: creator,
  secret,
});

export const secretAnswer = namedObject('ContentSecret', {
  version: z.literal(1).meta({ example: 1 }),
  cid: out.cid,
  content_creator_wallet: out.creator,
  secret: z.string().meta({ description: '32 bytes in base64', example: EXAMPLE }),
});

export const secretKept = namedObject('ContentSecretKept', {
  message: message('The secret is kept.'),
  cid: out.cid,
  content_creator_wallet: out.creator,
});
