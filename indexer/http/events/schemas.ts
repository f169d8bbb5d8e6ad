import { z } from 'zod';
import { out } from '../schemas/answers.ts';
import { contentSchema } from '../schemas/contents.ts';
import { cid, documented, EXAMPLE, namedObject, refuse, wallet } from '../schemas/fields/fields.ts';
import { PATTERN } from '../schemas/fields/patterns.ts';
import { uploadFields } from '../schemas/fields/uploads.ts';
import { recordSchema } from '../schemas/records.ts';
import { streamSchema } from '../schemas/streams.ts';

export const KINDS = ['view', 'stream', 'content', 'upload'] as const;

const kinds = z
  .string()
  .transform((text, ctx) => {
    const named = text.split(',');
    const known = KINDS.filter((kind) => named.includes(kind));
    if (named.every((kind) => (KINDS as readonly string[]).includes(kind))) return new Set(known);
    return refuse(ctx, `Kinds are ${KINDS.join(', ')}; several are separated by commas.`);
  })
  .meta(
    documented(
      'invalid_field',
      'view,stream',
      'Only these kinds, separated by commas: view, stream, content, upload',
      { pattern: PATTERN.kinds },
    ),
  );

/** A browser may send it blank. */
const eventId = z
  .string()
  .transform((text, ctx) => {
    if (text === '') return undefined;
    const [, feed, seq] = /^([0-9a-f]{12})-(\d{1,15})$/.exec(text) ?? [];
    if (feed !== undefined) return { feed, seq: Number(seq) };
    return refuse(ctx, 'Not the id of an event of this API.');
  })
  .meta(
    documented('bad_event_id', '0f1e2d3c4b5a-42', 'The `id` of the last event received: resumes after it', {
      pattern: PATTERN.eventId,
    }),
  );

export const eventsQuery = z.strictObject({
  kind: kinds.optional(),
  cid: cid.optional(),
  wallet: wallet(EXAMPLE.provider, 'As creator, provider or viewer; of an upload its creator').optional(),
  last_event_id: eventId.optional(),
});

export const eventsHeaders = z.strictObject({ 'last-event-id': eventId.optional() });

const at = { contract: out.contract, content_id: out.contentId };

const reverted = z.discriminatedUnion('kind', [
  namedObject('RevertedView', { kind: z.literal('view'), id: recordSchema.shape.id }),
  namedObject('RevertedStream', {
    kind: z.literal('stream'),
    ...at,
    content_distributor_wallet: out.provider,
    stream: streamSchema.nullable().meta({ description: 'As it stands now; null: there is none' }),
  }),
  namedObject('RevertedContent', {
    kind: z.literal('content'),
    ...at,
    content: contentSchema.nullable().meta({ description: 'As it stands now; null: there is none' }),
  }),
]);

/** The id is random; what the upload became is for its wallet's eyes until that publishes it. */
const uploadProgress = z.strictObject({
  upload_id: uploadFields.id,
  state: uploadFields.state,
  progress: uploadFields.progress,
});

const id = z.string().meta({ description: 'Where the stream can be resumed', example: '0f1e2d3c4b5a-42' });
/** Under a name of its own: generators of clients keep the variants of a union by their names only. */
const message = <Event extends string, Data extends z.ZodType>(event: Event, data: Data) =>
  namedObject(nameOf(event), { id, event: z.literal(event), data });

/** `view.recorded` is told by a ViewRecordedEvent. */
function nameOf(event: string): string {
  const words = event.split(/[._]/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Event`;
}

/** One message of the stream: its fields by name, `data` parsed. */
export const liveEvent = z
  .discriminatedUnion('event', [
    message('view.recorded', recordSchema),
    message('view.covered', z.strictObject({ report_id: recordSchema.shape.id, record: recordSchema })),
    message('stream.registered', streamSchema),
    message('stream.updated', streamSchema),
    message('stream.ended', streamSchema),
    message('content.published', contentSchema),
    message('content.terms_scheduled', contentSchema),
    message('content.terms_cancelled', contentSchema),
    message('content.retired', contentSchema),
    message('upload.progress', uploadProgress),
    message('reverted', reverted),
    message('reset', z.strictObject({ reason: z.enum(['not_kept', 'unknown_id']) })),
  ])
  .meta({ id: 'LiveEvent' });
