import { z } from 'zod';
import { documented, EXAMPLE } from './fields.ts';

/** Fields of an upload that is packaged. */
export const uploadFields = {
  id: z.string().meta({ example: EXAMPLE.uploadId }),
  state: z.enum(['queued', 'packaging', 'packaged', 'failed']).meta({ example: 'packaging' }),
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
