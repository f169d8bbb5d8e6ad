import { z } from 'zod';
import { hours } from './values.ts';

export const authConfig = z
  .object({
    SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
    SESSION_HOURS: hours.default(24),
  })
  .transform((env) => ({
    /** Unset: one that the records keep. */
    sessionSecret: env.SESSION_SECRET,
    sessionSec: env.SESSION_HOURS * 3_600,
  }));
