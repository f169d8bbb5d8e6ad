import { z } from 'zod';
import { namedObject } from './fields/fields.ts';

export const aliveAnswer = namedObject('Alive', { status: z.literal('ok') });

const part = z.strictObject({
  state: z.enum(['up', 'degraded', 'down', 'behind']),
  reason: z.string().optional().meta({ description: 'Why it is not up' }),
  name: z.string().optional().meta({ description: 'Which one it is', example: 'sqlite' }),
});

export const readinessAnswer = namedObject('Readiness', {
  ready: z.boolean(),
  parts: z.strictObject({
    store: part,
    book: part.meta({ description: 'What no chain gives back; degraded: seven days without a backup' }),
    disk: part,
    live: part,
    tallies: part,
    storage: part,
    sales: part.optional().meta({
      description:
        "Where this host serves for a provider; degraded: nothing new is sold, as that one's streams lead elsewhere, or the records are old",
    }),
    ethstorage: part.optional().meta({ description: 'Where this host offers it' }),
    chain: part,
    indexer: part.extend({
      head: z.int().nullable(),
      indexed: z.int().nullable(),
      lag_blocks: z.int().nullable(),
      verified_to: z
        .int()
        .nullable()
        .meta({
          description:
            "Up to this block the records are proven: headers by their hashes, events by blooms and receipts' roots, from a " +
            'final block on whose hash all endpoints agree. Of the embedded chain, up to where they are compared with it',
        }),
    }),
  }),
});
