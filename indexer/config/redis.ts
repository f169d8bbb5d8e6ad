import { z } from 'zod';
import { list, redisUrl, type Values } from './values.ts';

export const redisVariables = {
  REDIS_URL: list
    .pipe(z.array(redisUrl))
    .refine(
      (urls) => new Set(urls.map((url) => URL.parse(url)?.protocol)).size <= 1,
      'must not mix redis:// and rediss://',
    )
    .default([]),
};

export const redisConfig = (env: Values<typeof redisVariables>) => ({
  /** Empty: live streams and limits in memory. Several: nodes of one cluster. */
  redisUrls: env.REDIS_URL,
});
