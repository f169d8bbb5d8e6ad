import { z } from 'zod';
import { isLabel, isLanguage, MAX_CAPTIONS } from '../../../uploads/captions.ts';
import { documented, EXAMPLE, refuse } from './fields.ts';

/** Fields of an upload that is packaged, or comes in pieces. */
export const uploadFields = {
  id: z.string().meta({ example: EXAMPLE.uploadId }),
  state: z.enum(['receiving', 'queued', 'packaging', 'packaged', 'failed']).meta({
    description:
      'receiving: of a resumable upload, bytes are to come; packaging, packaged: also of a file that is stored as it is',
    example: 'packaging',
  }),
  progress: z.number().meta({ description: 'From 0 to 1', example: 0.42 }),
  captions: z.array(z.string()).meta({ description: 'Languages of its captions', example: ['de'] }),
};

export const protect = z.boolean().meta({
  description:
    'true: the video is packaged as a directory of encrypted HLS, of which a payment buys the keys; at price 0 without encryption. json_data has to come before the file then (`json_data_first`)',
  example: false,
});

export const previewSec = z
  .int()
  .min(0)
  .max(60)
  .meta(documented('bad_preview', 0, 'How much of the start of a protected video is free, in seconds'));

const LANGUAGE_WORDS = 'A language is a tag of BCP 47, such as de or pt-BR.';
const LABEL_WORDS = 'A label has 1 to 60 characters, on one line and without quotes (").';

/** @returns it as it is written. */
export const captionsLanguage = z
  .string()
  .transform((text, ctx) => (isLanguage(text) ? canonical(text) : null) ?? refuse(ctx, LANGUAGE_WORDS))
  .meta(
    documented('bad_captions', 'de', 'A tag of BCP 47', {
      pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$',
      maxLength: 35,
    }),
  );

function canonical(language: string): string | null {
  try {
    const [tag = ''] = Intl.getCanonicalLocales(language);
    return isLanguage(tag) ? tag : null;
  } catch {
    return null;
  }
}

export const captions = z
  .array(
    z.strictObject({
      language: captionsLanguage,
      label: z
        .string()
        .refine(isLabel, LABEL_WORDS)
        .meta(
          documented('bad_captions', 'Deutsch', 'By which it is chosen', { minLength: 1, maxLength: 60 }),
        ),
    }),
  )
  .max(MAX_CAPTIONS, `A video has ${MAX_CAPTIONS} captions at most.`)
  .superRefine((tracks, ctx) => {
    for (const part of ['language', 'label'] as const) {
      if (new Set(tracks.map((each) => each[part].toLowerCase())).size === tracks.length) continue;
      ctx.addIssue({ code: 'custom', message: `Two captions have the same ${part}.` });
    }
  })
  .meta(
    documented(
      'bad_captions',
      [],
      'Texts in WebVTT that come with a video which is packaged (`"protect": true`): each language and label once. They are never encrypted: everybody reads them',
    ),
  );

export const uploadId = z.string().meta({ example: EXAMPLE.uploadId });
