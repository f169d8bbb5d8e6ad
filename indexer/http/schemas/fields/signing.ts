import { z } from 'zod';
import type { Code } from '../../problems/codes.ts';
import { EXAMPLE, namedObject } from './fields.ts';

/** What an endpoint that acts for a wallet can answer about the wallet's signature. */
export const SIGNING_PROBLEMS = [
  'signature_required',
  'signature_invalid',
  'signature_expired',
  'nonce_used',
  'relay_not_allowed',
  'relay_budget_spent',
  'relay_unavailable',
  'relay_pending',
] as const satisfies readonly Code[];

/** What a call that has a content served can answer. */
export const SERVING_PROBLEMS = [
  'serving_not_set_up',
  'serving_not_allowed',
  'served_for_another',
  'taken_down',
] as const satisfies readonly Code[];

const typeField = z.strictObject({ name: z.string(), type: z.string() });

export const typedDataSchema = z
  .strictObject({
    domain: z.strictObject({
      name: z.string(),
      version: z.string(),
      chainId: z.int(),
      verifyingContract: z.string(),
    }),
    types: z.record(z.string(), z.array(typeField)),
    primaryType: z.string().meta({ example: 'RegisterStream' }),
    message: z.record(z.string(), z.union([z.string(), z.boolean()])),
  })
  .meta({
    id: 'TypedData',
    description:
      'EIP-712, as `eth_signTypedData_v4` takes it. Send the same request again with `nonce` and `deadline` of the message and the `signature`.',
  });

export const transactionSchema = z
  .strictObject({
    from: z.string().meta({ example: EXAMPLE.provider }),
    to: z.string().meta({ example: EXAMPLE.contract }),
    data: z.string(),
    value: z.string().meta({ example: '0x0' }),
    chain_id: z.int().meta({ example: 11_155_111 }),
  })
  .meta({ id: 'UnsignedTransaction', description: 'The same call, for the wallet to send itself' });

export const stepSchema = namedObject('SigningStep', {
  wallet: z.string().meta({ description: 'Whose signature it needs', example: EXAMPLE.provider }),
  request: z
    .strictObject({
      method: z.string().meta({ example: 'POST' }),
      path: z.string().meta({ example: '/contents' }),
      body: z.record(z.string(), z.unknown()).optional().meta({ description: 'Absent: that of this call' }),
    })
    .optional()
    .meta({ description: 'Where to send the signature; absent: to this call again' }),
  typed_data: typedDataSchema,
  transaction: transactionSchema,
});
