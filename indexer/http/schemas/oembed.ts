import { z } from 'zod';
import { out } from './answers.ts';
import { documented, EXAMPLE, namedObject } from './fields/fields.ts';

const MAX_URL = 2_048;
const MAX_PIXELS = 9_999;

const pixels = (description: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,3}$/, `A size is a whole number of pixels from 1 to ${MAX_PIXELS}.`)
    .transform(Number)
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: MAX_PIXELS, description, example: 640 });

export const oembedQuery = z.strictObject({
  url: z
    .string()
    .max(MAX_URL)
    .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'A page is at an http(s) URL.')
    .meta(
      documented(
        'bad_url',
        `https://host.example.org/watch/${EXAMPLE.cid}`,
        'Of a page of this host that shows a video, or of its embed',
        { format: 'uri', maxLength: MAX_URL },
      ),
    ),
  format: z
    .enum(['json', 'xml'])
    .default('json')
    .meta({ description: 'xml is answered 501', example: 'json' }),
  maxwidth: pixels('The widest frame that there is room for'),
  maxheight: pixels('The highest one'),
});

/** As oEmbed 1.0 names it. */
export const oembedAnswer = namedObject('OEmbed', {
  version: z.literal('1.0'),
  type: z.literal('video'),
  title: z.string().meta({ example: 'Sample Video' }),
  author_name: out.creator,
  author_url: z.string().meta({ example: `https://host.example.org/creators/${EXAMPLE.creator}` }),
  provider_name: z.string().meta({ example: 'host.example.org' }),
  provider_url: z.string().meta({ example: 'https://host.example.org' }),
  html: z.string().meta({
    description: 'A frame that plays what is free of it, and sells nothing',
    example: `<iframe src="https://host.example.org/embed/${EXAMPLE.cid}" width="640" height="400"></iframe>`,
  }),
  width: z.int().meta({ example: 640 }),
  height: z.int().meta({ example: 400 }),
  thumbnail_url: z
    .string()
    .optional()
    .meta({ example: `https://host.example.org/ipfs/${EXAMPLE.cid}/poster.jpg` }),
  thumbnail_width: z.int().optional().meta({ example: 1_280 }),
  thumbnail_height: z.int().optional().meta({ example: 720 }),
});
