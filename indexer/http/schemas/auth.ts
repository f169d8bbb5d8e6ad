import { z } from 'zod';
import { out } from './answers.ts';
import { EXAMPLE, namedObject, wallet } from './fields/fields.ts';
import { messageSignature } from './fields/signatures.ts';

const MAX_MESSAGE_CHARS = 4_096;

const EXAMPLE_MESSAGE = `localhost:8000 wants you to sign in with your Ethereum account:
${EXAMPLE.creator}


URI: http://localhost:8000
Version: 1
Chain ID: 31337
Nonce: 8K2mQ4rT6vX0zB1d
Issued At: ${EXAMPLE.time}`;

export const nonceQuery = z.strictObject({
  wallet: wallet(EXAMPLE.creator, 'Who wants to sign in').optional(),
});

export const signInOffer = namedObject('SignInOffer', {
  message: z.string().nullable().meta({
    description: 'EIP-4361, ready for `personal_sign`; null where the wallet is not known',
    example: EXAMPLE_MESSAGE,
  }),
  nonce: z.string().meta({ description: 'For a message of your own; good for one sign-in' }),
  expires_at: out.time.meta({ description: 'Until when the nonce is good' }),
  domain: z.string().meta({ example: 'localhost:8000' }),
  uri: z.string().meta({ example: 'http://localhost:8000' }),
  version: z.literal('1'),
  chain_id: z.int().meta({ example: 31_337 }),
});

export const signInRequest = namedObject('SignIn', {
  message: z
    .string()
    .max(MAX_MESSAGE_CHARS, `A message has at most ${MAX_MESSAGE_CHARS} characters.`)
    .meta({ 'x-code': 'bad_sign_in_message', description: 'As it was signed', example: EXAMPLE_MESSAGE }),
  signature: messageSignature,
});

export const sessionAnswer = namedObject('Session', {
  token: z.string().meta({ description: 'Send it as `Authorization: Bearer …`' }),
  token_type: z.literal('Bearer'),
  wallet: out.creator,
  expires_at: out.time,
});
