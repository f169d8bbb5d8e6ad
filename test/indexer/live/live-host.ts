import { FallbackLiveIndex } from '../../../indexer/live/fallback.ts';
import { createLiveFollower } from '../../../indexer/live/follower.ts';
import type { LiveStream } from '../../../indexer/live/live.ts';
import { RedisLiveIndex } from '../../../indexer/live/redis.ts';
import type { RedisBreaker } from '../../../indexer/redis/circuit-breaker.ts';
import type { RowChange } from '../../../indexer/store/rows.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { block, contentRow, streamRow } from '../store/samples.ts';

export type LiveHost = Awaited<ReturnType<typeof liveHost>>;

/**
 * What a host is to the live index: records of its own, and blocks that it commits and then shows.
 * @param logged lines are added to it.
 */
export async function liveHost(redis: RedisBreaker, namespace: string, logged: string[] = []) {
  const store = openSqliteStore({ path: ':memory:' });
  const log = { info: (_: unknown, line?: string) => void logged.push(String(line)) };
  const index = new RedisLiveIndex({ redis, namespace });
  const live = new FallbackLiveIndex({ index, store, log: { ...log, warn: log.info } });
  const follower = createLiveFollower(store, live);
  let head = 0;
  let fork = 'main';
  let parentFork = 'main';
  await follower.repair();

  async function commit(changes: RowChange[]) {
    head += 1;
    const one = block(head, head === 1 ? [contentRow(), ...changes] : changes, fork, parentFork);
    parentFork = fork;
    await store.commitBlocks([one], { undoable: true });
    return one;
  }
  /** Commits the next block, and shows it. */
  const mine = async (changes: RowChange[] = []) => follower.apply([await commit(changes)]);

  return {
    live,
    mine,
    register: (provider: string) => mine([streamRow(provider, true, { block: head + 1 })]),
    deregister: (provider: string) => mine([streamRow(provider, false, { block: head + 1 })]),
    /** Commits blocks without showing them, as a backfill does, until `repair`. */
    async backfill(blocks: RowChange[][]) {
      for (const changes of blocks) await commit(changes);
      follower.spoil('blocks skipped');
    },
    /** Takes blocks back to this one; the next are of another fork. */
    async takeBackTo(number: number) {
      follower.spoil('blocks taken back');
      await store.rollbackTo(number);
      head = number;
      fork = `${fork}'`;
    },
    repair: () => follower.repair(),
    /** Who serves, oldest first, in each way of asking. */
    async providers() {
      const [content] = await store.activeStreams();
      const all = await live.all();
      const ofCid = content ? await live.byCid(content.cidKey) : all;
      requireSame(all, ofCid);
      for (const stream of all) requireSame([stream], await live.byWallet(stream.provider));
      return all.map(({ provider }) => provider);
    },
    async close() {
      await live.close();
      await store.close();
    },
  };
}

function requireSame(some: LiveStream[], others: LiveStream[]): void {
  const [mine, theirs] = [some, others].map((streams) => JSON.stringify(streams));
  if (mine !== theirs) throw new Error(`the ways of asking differ: ${mine} and ${theirs}`);
}
