import { z } from 'zod';
import { stepSchema, transactionSchema, typedDataSchema } from './fields/signing.ts';

/** RFC 9457. Further members depend on the code: `terms`, `candidates`, `errors`, `max_bytes`, … */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({ example: '/docs/problems#bad_address' }),
    title: z.string().meta({ example: 'Not an Ethereum address' }),
    status: z.int().meta({ example: 400 }),
    detail: z.string().meta({ description: 'One sentence a person can act on' }),
    code: z.string().meta({ description: 'Stable; listed at /docs/problems', example: 'bad_address' }),
    field: z.string().optional().meta({ description: 'The input at fault' }),
    example: z.unknown().optional().meta({ description: 'A value that would have worked' }),
    typed_data: typedDataSchema.optional(),
    transaction: transactionSchema.optional(),
    steps: z.array(stepSchema).optional().meta({ description: 'Several signatures are needed, in order' }),
    relayed: z.boolean().optional().meta({ description: 'Whether this host submits what this wallet signs' }),
    retry_after_sec: z.int().optional().meta({ description: 'When to try again, as in Retry-After' }),
    request_id: z.string().meta({ description: 'As in the header X-Request-Id and in the log' }),
  })
  .meta({ id: 'Problem' });
