import { z } from 'zod';
import { list, redisUrl, variables } from './values.ts';

export const redisConfig = variables({
  /** Empty: live streams and limits of this host alone. Several: nodes of one cluster. */
  redisUrls: [
    'REDIS_URL',
    list
      .pipe(z.array(redisUrl))
      .refine(
        (urls) => new Set(urls.map((url) => URL.parse(url)?.protocol)).size <= 1,
        'must not mix redis:// and rediss://',
      )
      .default([]),
  ],
});
