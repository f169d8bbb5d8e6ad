import { z } from 'zod';
import { documented, EXAMPLE } from './fields.ts';

/** Fields of an upload that is packaged, or comes in pieces. */
export const uploadFields = {
  id: z.string().meta({ example: EXAMPLE.uploadId }),
  state: z.enum(['receiving', 'queued', 'packaging', 'packaged', 'failed']).meta({
    description:
      'receiving: of a resumable upload, bytes are to come; packaging, packaged: also of a file that is stored as it is',
    example: 'packaging',
  }),
  progress: z.number().meta({ description: 'From 0 to 1', example: 0.42 }),
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

export const uploadId = z.string().meta({ example: EXAMPLE.uploadId });
