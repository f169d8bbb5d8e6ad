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
  type LiveStep,
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
/** Texts in one command of a fill: it must be over within the breaker's timeout. */
const FILL_TEXTS = 500;

const TAKEN_BACK = 'the live index shows blocks that were taken back';

const found = z.union([z.tuple([z.string(), z.array(z.string())]), z.tuple([])]);
const liveStream = z.object({
  contract: z.string(),
  contentId: z.string(),
  cid: z.string(),
  cidKey: z.string(),
  provider: z.string(),
  creator: z.string(),
  url: z.string(),
  registeredAtSec: z.int(),
});

/**
 * The live index in Redis, shared by hosts. It answers only what it may be believed for.
 * All methods throw {LiveIndexUnfit}, {RedisUnavailable} and {RedisRefused}.
 */
export class RedisLiveIndex implements LiveIndex {
  readonly name = 'redis';
  readonly #redis: RedisBreaker;
  readonly #key: string;
  /** The last block that this host has seen. */
  #seen: BlockRef = BEFORE_ALL;
  /** The index may show blocks that were taken back, however high its block is. */
  #distrusted = false;

  constructor({ redis, namespace }: RedisLiveOptions) {
    this.#redis = redis;
    // One hash tag: in a cluster, scripts reach both keys.
    this.#key = `stream-host:2:{${namespace}}:live`;
  }

  byCid(cidKey: string, page?: LivePage): Promise<LiveStream[]> {
    return this.#read(`c|${nameOf(cidKey)}|`, page);
  }

  byWallet(wallet: string, page?: LivePage): Promise<LiveStream[]> {
    return this.#read(`w|${wallet.toLowerCase()}|`, page);
  }

  all(page?: LivePage): Promise<LiveStream[]> {
    return this.#read('a||', page);
  }

  async advance({ path, put, remove }: LiveStep): Promise<void> {
    const last = path.at(-1);
    if (!last) return;
    const step = {
      path: path.map(text),
      to: last.number,
      drop: [...remove, ...put].map(keyOf),
      put: put.flatMap(textsOf),
    };
    try {
      if (this.#distrusted) throw new LiveIndexUnfit(TAKEN_BACK);
      const outcome = await this.#redis.run(ADVANCE, [this.#key], [JSON.stringify(step), LIFE_MS]);
      if (outcome !== 'done') throw new LiveIndexUnfit('the live index is not on the path of these blocks');
    } finally {
      this.#seen = last;
    }
  }

  async replaceAll(streams: readonly LiveStream[], { asOf, reorganised }: LiveFill): Promise<void> {
    if (reorganised) this.#distrusted = true;
    await this.#fill(streams, asOf).finally(() => {
      if (reorganised || asOf.number >= this.#seen.number) this.#seen = asOf;
    });
    this.#distrusted = false;
  }

  async ping(): Promise<void> {
    const needed = this.#seen;
    const stamp = await this.#redis.run(TOUCH, [this.#key], [text(needed), LIFE_MS]);
    this.#believe(z.string().nullish().parse(stamp) ?? undefined, needed);
  }

  /** @param prefix of the texts of one list, up to their times */
  async #read(prefix: string, { limit = -1, after }: Partial<LivePage> = {}): Promise<LiveStream[]> {
    const needed = this.#seen;
    const start = after ? `(${prefix}${placeOf(after)}}` : `[${prefix}`;
    const end = `(${prefix.slice(0, -1)}}`;
    const [stamp, texts = []] = found.parse(await this.#redis.run(READ, [this.#key], [start, end, limit]));
    this.#believe(stamp, needed);
    return texts.map(toStream);
  }

  /** @param needed what this host had seen when it asked. */
  #believe(stamp: string | undefined, needed: BlockRef): void {
    if (stamp === undefined) throw new LiveIndexUnfit('the live index is not in Redis');
    if (this.#distrusted) throw new LiveIndexUnfit(TAKEN_BACK);
    const [, number = '', hash] = stamp.split('|');
    const ahead = Number(number) - needed.number;
    if (ahead < 0 || (ahead === 0 && hash !== needed.hash)) {
      throw new LiveIndexUnfit(`the live index is of block ${number}, this host has seen ${needed.number}`);
    }
  }

  async #fill(streams: readonly LiveStream[], asOf: BlockRef): Promise<void> {
    const id = randomUUID();
    const fresh = `${this.#key}:${id}`;
    const byKey = new Map(streams.map((stream) => [keyOf(stream), stream]));
    const texts = [`@|${text(asOf)}|${id}`, ...[...byKey.values()].flatMap(textsOf)];
    for (let at = 0; at < texts.length; at += FILL_TEXTS) {
      await this.#redis.run(FILL, [fresh], [LIFE_MS, ...texts.slice(at, at + FILL_TEXTS)]);
    }
    const args = [asOf.number, this.#distrusted ? 1 : 0, texts.length, LIFE_MS];
    const outcome = await this.#redis.run(SWAP, [this.#key, fresh], args);
    if (outcome !== 'done') throw new LiveIndexUnfit('a new live index was lost while it was filled');
  }
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
