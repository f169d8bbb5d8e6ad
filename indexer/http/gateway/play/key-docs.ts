import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { problemResponses } from '../../routing/route-doc.ts';
import { cidParams } from '../../schemas/contents.ts';
import { tokenParam } from '../../schemas/play/access.ts';
import { unitParam } from '../../schemas/play/keys.ts';

export const KEY_PATHS = ['/play/~{token}/{cid}/keys/{unit}', '/play/{cid}/keys/{unit}'] as const;

const text = (description: string) => ({ description, schema: { type: 'string' } as const });

/** How OpenAPI says that the key of a unit is asked for. */
export function documentedKey(
  method: 'get' | 'head',
  path: (typeof KEY_PATHS)[number],
): RouteConfig & { method: 'get' | 'head' } {
  const inPath = path === KEY_PATHS[0];
  const token = inPath && { token: tokenParam };
  return {
    ...{ method, path, tags: ['Media'] },
    summary:
      method === 'get' ? 'The key of a unit, for who has it open' : 'What GET would answer; it opens nothing',
    description: inPath
      ? 'As `/play/{cid}/keys/{unit}`, for players that send no headers: playlists name keys so.'
      : 'Behind a token, what its payer has open, and minutes that the wallet has paid itself, which it opens. With `PAYMENT-SIGNATURE` (x402, version 2; at most 8 kB) it is opened by the voucher in there. 402 says how to pay: by channel or directly.',
    ...(!inPath && { security: [{}, { playToken: [] }] }),
    request: {
      params: z.strictObject({ ...token, ...cidParams.shape, unit: unitParam }),
      ...(method === 'get' && {
        headers: z.object({
          'PAYMENT-SIGNATURE': z
            .string()
            .optional()
            .meta({ description: 'A voucher: base64 of JSON, as x402 has it' }),
          Prefer: z.string().optional().meta({ description: '`receipt`: one is wanted', example: 'receipt' }),
        }),
      }),
    },
    responses: {
      200: {
        description: 'The 16 bytes',
        headers: { 'PAYMENT-RESPONSE': text('Of what was bought: base64 of JSON, as x402 has it') },
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      ...problemResponses([
        ...(['bad_cid', 'media_not_found', 'not_offered', 'payment_required', 'token_invalid'] as const),
        ...(['voucher_invalid', 'voucher_conflict', 'deposit_unconfirmed', 'deposit_too_low'] as const),
        ...(['withdrawal_pending', 'price_changed', 'content_retired', 'payment_too_large'] as const),
        ...(['rate_limited', 'taken_down', 'mirror_behind', 'streams_elsewhere'] as const),
      ]),
    },
  };
}
