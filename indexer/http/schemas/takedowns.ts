import { z } from 'zod';
import { message, out } from './answers.ts';
import { EXAMPLE, namedObject } from './fields/fields.ts';
import { readableText } from './fields/listing-fields.ts';

const by = readableText('Who asks for it', 'operator', { maxBytes: 100 }).default('operator');
const reason = readableText('Why; everybody who asks for the content is told it', 'Court order 12/2026', {
  maxBytes: 1_000,
});

export const byQuery = z.strictObject({ by });
export const takedownQuery = byQuery.extend({ reason: reason.optional() });

export const takedownAnswer = namedObject('TakedownAnswer', {
  message: message('The content is taken down.'),
  cid: out.cid,
  taken_down_at: out.time.nullable().meta({ description: 'Null where it is not', example: EXAMPLE.time }),
  taken_down_by: z.string().nullable().meta({ example: 'operator' }),
  reason: z.string().nullable().meta({ example: 'Court order 12/2026' }),
  stream_urls: z
    .array(z.string())
    .meta({ description: "This host's streams of it that are registered still", example: [] }),
});
