import { z } from 'zod';
import { hours, inSeconds, variables } from './values.ts';

export const authConfig = variables({
  /** Unset: one that the records keep. */
  sessionSecret: ['SESSION_SECRET', z.string().min(32, 'must have at least 32 characters').optional()],
  sessionSec: ['SESSION_HOURS', hours.default(24).transform(inSeconds)],
});
