import { z } from 'zod';
import { message, out } from '../schemas/answers.ts';
import {
  bytes32,
  contentId,
  contract,
  documented,
  EXAMPLE,
  namedObject,
  provider,
} from '../schemas/fields/fields.ts';
import { signature } from '../schemas/fields/signatures.ts';
import { ORIGIN } from '../schemas/play/access.ts';

const END = 1_795_570_351;
export const unixTime = (description: string) =>
  z
    .int('A Unix time in whole seconds.')
    .nonnegative('A Unix time in whole seconds.')
    .meta(documented('bad_deadline', END, description));
const seconds = (description: string) => z.int().meta({ description, example: END });
const deployment = contract
  .optional()
  .meta(documented('bad_address', EXAMPLE.contract, 'By default the deployment that is written to'));
const grantEnd = unixTime('Unix time at which the grant is over, as signed');

/** An EIP-712 `KeyRequest` with its signature. */
export const keyRequestBody = namedObject('KeyRequest', {
  content_id: contentId,
  provider,
  recipient: bytes32(
    'bad_recipient',
    'X25519 public key, made for this one request, to which the answer is sealed',
    'A public key is',
  ),
  audience: z
    .string()
    .max(2_048, ORIGIN)
    .regex(/^https?:\/\/[^\s/]+$/, ORIGIN)
    .meta(documented('invalid_field', 'https://host.example.org', 'Origin of the host that is asked')),
  expires_at_sec: unixTime('Unix time, at most 10 minutes ahead'),
  signature,
  grant: z
    .strictObject({ expires_at_sec: grantEnd, signature })
    .optional()
    .meta({ description: 'A grant of the creator, where the provider has it itself' }),
  contract: deployment,
});

/** An EIP-712 `KeyGrant` with its signature. */
export const keyGrantBody = namedObject('KeyGrant', {
  content_id: contentId,
  provider,
  expires_at_sec: grantEnd,
  signature,
  contract: deployment,
});

const base64 = (description: string) => z.string().meta({ description, example: 'MDEyMzQ1Njc4OTo7PD0+P0BB' });
const named = { content_id: out.contentId, contract: out.contract, provider: out.provider };

export const sealedKeys = namedObject('SealedKeys', {
  cid: out.cid,
  ...named,
  content_creator_wallet: out.creator,
  granted_until_sec: seconds('When the grant is over'),
  enc: base64("The sender's part of the key exchange, 32 bytes in base64"),
  ciphertext: base64('The 32 bytes from which all keys of the content come, sealed, in base64'),
});

export const keyGrantKept = namedObject('KeyGrantKept', {
  message: message('The grant is kept.'),
  cid: out.cid,
  ...named,
  expires_at_sec: seconds('When it is over'),
});

export const keyGrantList = namedObject('KeyGrantList', {
  cid: out.cid,
  content_creator_wallet: out.creator,
  requests: z.array(
    namedObject('AskedKeys', {
      ...named,
      asked_at_sec: seconds('When the provider last asked'),
      until_sec: seconds('When the request is forgotten'),
    }),
  ),
  grants: z.array(
    namedObject('KeptKeyGrant', {
      ...named,
      expires_at_sec: seconds('When it is over'),
      signature: z
        .string()
        .meta({ description: 'Of the creator: any host that has the keys honours it', example: '0x5a5a' }),
      kept_at_sec: seconds('Since when it is here'),
      given_at_sec: seconds('When the keys were last given for it, here').nullable(),
    }),
  ),
});
