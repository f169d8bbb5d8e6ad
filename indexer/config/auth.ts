import { z } from 'zod';
import { hours, type Values } from './values.ts';

export const authVariables = {
  SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  SESSION_HOURS: hours.default(24),
};

export const authConfig = (env: Values<typeof authVariables>) => ({
  /** Unset: one that the records keep. */
  sessionSecret: env.SESSION_SECRET,
  sessionSec: env.SESSION_HOURS * 3_600,
});
