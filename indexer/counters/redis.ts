import { z } from 'zod';
import type { RedisBreaker } from '../redis/circuit-breaker.ts';
import type { Counters } from './counters.ts';

export interface RedisCountersOptions {
  redis: RedisBreaker;
  /** Hosts with the same namespace count together. */
  namespace: string;
}

/** ARGV: amount, window in ms. @returns { total, ms until the count begins again } */
const ADD = `
if ARGV[1] == '0' then
  local total = redis.call('GET', KEYS[1])
  if not total then return { 0, tonumber(ARGV[2]) } end
  return { tonumber(total), redis.call('PTTL', KEYS[1]) }
end
local total = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return { total, redis.call('PTTL', KEYS[1]) }
`;

const counted = z.tuple([z.int(), z.int()]);

/** Counters that several hosts share. Every call touches one key. All methods throw {RedisUnavailable}, {RedisRefused}. */
export function createRedisCounters({ redis, namespace }: RedisCountersOptions): Counters {
  const named = (kind: 'count' | 'claim', key: string) => `stream-host:1:${namespace}:${kind}:${key}`;
  return {
    name: 'redis',
    async add(key, amount, windowMs) {
      const answer = await redis.run(ADD, [named('count', key)], [amount, Math.ceil(windowMs)]);
      const [total, resetsInMs] = counted.parse(answer);
      return { total, resetsInMs };
    },
    async claim(key, ttlMs) {
      const answer = await redis.send('SET', [named('claim', key), '1', 'NX', 'PX', Math.ceil(ttlMs)]);
      return answer === 'OK';
    },
    async ping() {
      await redis.send('EXISTS', [named('count', 'ping')]);
    },
  };
}
