import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { RedisBreaker } from '../redis/circuit-breaker.ts';
import type { BlockRef } from '../store/rows.ts';
import {
  BEFORE_ALL,
  keyOf,
  type LiveFill,
  type LiveIndex,
  LiveIndexUnfit,
  type LivePage,
  type LiveStream,
  paddedTime,
  placeOf,
} from './live.ts';
import { ADVANCE, FILL, READ, SWAP, TOUCH } from './redis-lua.ts';

export interface RedisLiveOptions {
  redis: RedisBreaker;
  /** What the index is of: hosts share it if they follow the same contracts on the same chain. */
  namespace: string;
}

/** An index that no host of its block confirms any more is forgotten: its hosts are gone, or it is of no real block. */
const LIFE_MS = 60_000;
/** Texts in one command: it must be over within the breaker's timeout. */
const PAGE = 500;
/** An index that changes while it is read in pages is read again so often. */
const ATTEMPTS = 3;

const TAKEN_BACK = 'the live index shows blocks that were taken back';

const found = z.union([z.tuple([z.string(), z.array(z.string())]), z.tuple([])]);
const liveStream = z.object({
  contract: z.string(),
  contentId: z.string(),
  provider: z.string(),
  cid: z.string(),
  cidKey: z.string(),
  url: z.string(),
  creator: z.string(),
  registeredAtSec: z.int(),
});

/**
 * The live index in Redis, shared by hosts. It answers only what it may be believed for.
 * All methods throw {LiveIndexUnfit}, {RedisUnavailable} and {RedisRefused}.
 */
export function createRedisLive({ redis, namespace }: RedisLiveOptions): LiveIndex {
  // One hash tag: in a cluster, scripts reach both keys.
  const key = `stream-host:2:{${namespace}}:live`;
  /** The last block that this host has seen. */
  let seen: BlockRef = BEFORE_ALL;
  /** The index may show blocks that were taken back, however high its block is. */
  let distrusted = false;

  /** @param needed what this host had seen when it asked. */
  function believe(stamp: string | undefined, needed: BlockRef): void {
    if (stamp === undefined) throw new LiveIndexUnfit('the live index is not in Redis');
    if (distrusted) throw new LiveIndexUnfit(TAKEN_BACK);
    const [, number = '', hash] = stamp.split('|');
    const ahead = Number(number) - needed.number;
    if (ahead < 0 || (ahead === 0 && hash !== needed.hash)) {
      throw new LiveIndexUnfit(`the live index is of block ${number}, this host has seen ${needed.number}`);
    }
  }

  /** @param prefix of the texts of one list, up to their times */
  async function read(prefix: string, page?: LivePage): Promise<LiveStream[]> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const texts = await readThrough(prefix, page);
      if (texts) return texts.map(toStream);
    }
    throw new LiveIndexUnfit('the live index changes faster than it can be read');
  }

  /** @returns null when the index changed between two pages. */
  async function readThrough(
    prefix: string,
    { limit = Infinity, after }: Partial<LivePage> = {},
  ): Promise<string[] | null> {
    const needed = seen;
    const end = `(${prefix.slice(0, -1)}}`;
    const texts: string[] = [];
    let start = after ? `(${prefix}${placeOf(after)}}` : `[${prefix}`;
    let before: string | undefined;
    for (;;) {
      const count = Math.min(PAGE, limit - texts.length);
      const [stamp, page = []] = found.parse(await redis.run(READ, [key], [start, end, count]));
      believe(stamp, needed);
      if (before !== undefined && stamp !== before) return null;
      texts.push(...page);
      if (page.length < count || texts.length >= limit) return texts;
      before = stamp;
      start = `(${page.at(-1)}`;
    }
  }

  async function fill(streams: readonly LiveStream[], asOf: BlockRef): Promise<void> {
    const id = randomUUID();
    const fresh = `${key}:${id}`;
    const byKey = new Map(streams.map((stream) => [keyOf(stream), stream]));
    const texts = [`@|${text(asOf)}|${id}`, ...[...byKey.values()].flatMap(textsOf)];
    for (let at = 0; at < texts.length; at += PAGE) {
      await redis.run(FILL, [fresh], [LIFE_MS, ...texts.slice(at, at + PAGE)]);
    }
    const args = [asOf.number, distrusted ? 1 : 0, texts.length, LIFE_MS];
    const outcome = await redis.run(SWAP, [key, fresh], args);
    if (outcome !== 'done') throw new LiveIndexUnfit('a new live index was lost while it was filled');
  }

  return {
    name: 'redis',
    byCid: (cidKey, page) => read(`c|${nameOf(cidKey)}|`, page),
    byWallet: (wallet, page) => read(`w|${wallet.toLowerCase()}|`, page),
    all: (page) => read('a||', page),
    async advance({ path, put, remove }) {
      const last = path.at(-1);
      if (!last) return;
      const step = {
        path: path.map(text),
        to: last.number,
        drop: [...remove, ...put].map(keyOf),
        put: put.flatMap(textsOf),
      };
      try {
        if (distrusted) throw new LiveIndexUnfit(TAKEN_BACK);
        const outcome = await redis.run(ADVANCE, [key], [JSON.stringify(step), LIFE_MS]);
        if (outcome !== 'done') throw new LiveIndexUnfit('the live index is not on the path of these blocks');
      } finally {
        seen = last;
      }
    },
    async replaceAll(streams, { asOf, reorganised }: LiveFill) {
      if (reorganised) distrusted = true;
      await fill(streams, asOf).finally(() => {
        if (reorganised || asOf.number >= seen.number) seen = asOf;
      });
      distrusted = false;
    },
    async ping() {
      const needed = seen;
      const stamp = await redis.run(TOUCH, [key], [text(needed), LIFE_MS]);
      believe(z.string().nullish().parse(stamp) ?? undefined, needed);
    },
    close: async () => {},
  };
}

function text({ number, hash }: BlockRef): string {
  return `${number}|${hash}`;
}

function textsOf(stream: LiveStream): string[] {
  const id = keyOf(stream);
  const time = paddedTime(stream);
  const cid = nameOf(stream.cidKey);
  const json = JSON.stringify(stream);
  const wallet = stream.provider.toLowerCase();
  return [
    `i|${id}|${cid}|${time}|${json}`,
    `a||${time}|${id}|${json}`,
    `c|${cid}|${time}|${id}|${json}`,
    `w|${wallet}|${time}|${id}|${json}`,
  ];
}

/** A creator may have put any text on chain as a CID, also one with the signs that divide the fields. */
function nameOf(cidKey: string): string {
  return encodeURIComponent(cidKey.toWellFormed());
}

function toStream(member: string): LiveStream {
  const json = member.split('|').slice(4).join('|');
  try {
    return liveStream.parse(JSON.parse(json));
  } catch (cause) {
    throw new LiveIndexUnfit('the live index holds what is no stream', { cause });
  }
}
