import { z } from 'zod';
import { message } from '../schemas/answers.ts';
import { channelAnswer } from '../schemas/channels.ts';
import { authorization, signedWhole } from '../schemas/fields/authorization.ts';
import {
  bytes32,
  contract,
  documented,
  EXAMPLE,
  namedObject,
  provider,
  token,
  viewer,
  wallet,
} from '../schemas/fields/fields.ts';
import { deadline, signature, uint256 } from '../schemas/fields/signatures.ts';

const baseUnits = uint256(
  'bad_amount',
  '5000000',
  "In the coin's base units: decimal text, or a number that is exact",
);
const time = (example: string, description: string) => uint256('bad_deadline', example, description);
const tokenSignature = z
  .string()
  .regex(/^(0x)?([0-9a-fA-F]{2}){64,65}$/, 'A signature that a token takes is 64 or 65 bytes in hex.')
  .transform((text) => (text.startsWith('0x') ? text : `0x${text}`))
  .meta(
    documented(
      'bad_signature',
      `0x${'5a'.repeat(65)}`,
      'Of ReceiveWithAuthorization, in the domain of the token',
    ),
  );

/** What the viewer's signature for the token adds, all or nothing of it. */
const eip3009 = {
  valid_after: time('0', 'As signed: Unix time in seconds, before now').optional(),
  valid_before: time('1795570351', 'As signed: Unix time in seconds, at most ten minutes ahead').optional(),
  authorization_salt: bytes32(
    'bad_salt',
    'With the channel it is the nonce that was signed: keccak256(abi.encode(channel id, authorization_salt))',
    'A salt is',
  ).optional(),
  signature: tokenSignature.optional(),
};

export const depositBody = z
  .strictObject({
    viewer,
    provider,
    token,
    authorizer: wallet(EXAMPLE.viewer, 'The key that signs its vouchers'),
    salt: bytes32('bad_salt', 'Tells channels apart that are the same otherwise', 'A salt is'),
    amount: baseUnits,
    ...eip3009,
  })
  .superRefine((fields, ctx) => signedWhole(fields, ctx, Object.keys(eip3009)))
  .meta({ id: 'ChannelDeposit' });

export const exitBody = z
  .strictObject({
    contract: contract.optional().meta({
      ...contract.meta(),
      description: 'The deployment that the channel stands at; by default the one written to',
    }),
    cancel: z
      .boolean()
      .optional()
      .meta({ description: 'true: the viewer leaves the deposit where it is', example: false }),
    finalize: z.boolean().optional().meta({
      description: 'true: what the viewer has waited for is brought back; anybody may ask for it, unsigned',
      example: false,
    }),
    ...authorization,
  })
  .superRefine(signedWhole)
  .superRefine(({ cancel, finalize, signature }, ctx) => {
    const refuse = (text: string) => ctx.addIssue({ code: 'custom', path: ['finalize'], message: text });
    if (finalize && cancel) refuse('Either the deposit stays, or it comes back: cancel or finalize.');
    if (finalize && signature !== undefined) refuse('Nobody has to sign so that the rest comes back.');
  })
  .meta({ id: 'ChannelExit' });

const LAST_SEQ =
  'As signed: the number of the last voucher that the key has signed in this epoch, in decimal';

export const releaseBody = z
  .strictObject({
    contract: exitBody.shape.contract,
    epoch: uint256('invalid_field', '1', 'As signed: the epoch of the channel, in decimal'),
    last_seq: uint256('invalid_field', '0', LAST_SEQ)
      .nullable()
      .meta(documented('invalid_field', '0', `${LAST_SEQ}; null: none, and 2^256 - 1 is signed`)),
    deadline,
    signature: signature.meta({
      ...signature.meta(),
      description: "Of ReleaseChannel, by the channel's key, in the domain of the contract",
    }),
  })
  .meta({ id: 'ChannelRelease' });

export const channelWritten = namedObject('ChannelWritten', {
  message: message('The channel is open.'),
  channel: channelAnswer.shape.channels.element,
});

export const releaseTaken = namedObject('ReleaseTaken', {
  ...channelWritten.shape,
  release: z.strictObject({
    state: z.enum(['claiming', 'sent', 'mined']).meta({
      description:
        'claiming: what was sold is claimed first; sent: the transaction that gives the rest back is sent; mined: it is in a block',
      example: 'claiming',
    }),
  }),
});
