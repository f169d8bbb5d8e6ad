import type { Feed, FeedEntry, FeedPosition } from '../store/store.ts';
import type { AnswerCache } from './answercache.ts';

/** What answers are made of. */
export const TAGS = {
  contents: 'contents',
  streams: 'streams',
  views: (by: 'cid' | 'provider' | 'viewer' | 'creator', key: string) => `views ${by} ${key}`,
} as const;

/** Entries of the feed that are read at a time; where more has happened, everything is dropped. */
const PAGE = 500;

/**
 * @returns what resolves when the cache holds nothing that the records contradict. The records themselves are asked,
 *   at each read: whichever process has changed them, and whoever was told of it or not.
 */
export function createSettling(store: Feed, cache: AnswerCache): () => Promise<void> {
  let seen = -1;
  let catchingUp: Promise<void> | null = null;
  let look: Promise<FeedPosition> | null = null;

  /** Reads that have arrived in one turn of the event loop share a look: they are older than it, all of them. */
  function end(): Promise<FeedPosition> {
    if (look) return look;
    setImmediate(() => {
      look = null;
    });
    look = store.feedEnd();
    return look;
  }

  async function catchUp(end: number): Promise<void> {
    const entries = seen < 0 ? null : await store.feedAfter(seen, PAGE);
    if (entries === null || entries.length === PAGE) cache.clear();
    else for (const entry of entries) take(entry);
    seen = Math.max(end, entries?.at(-1)?.seq ?? 0);
  }

  function take(entry: FeedEntry): void {
    const tags = tagsOf(entry);
    // A new view leaves the others as they are.
    const forget = entry.event === 'view.recorded' ? cache.outdate : cache.drop;
    if (tags === null) cache.clear();
    else for (const tag of tags) forget(tag);
  }

  return async () => {
    const { seq } = await end();
    while (seen < seq) {
      catchingUp ??= catchUp(seq).finally(() => {
        catchingUp = null;
      });
      await catchingUp;
    }
  };
}

/** The tags of all that shows it; `null` for everything. */
function tagsOf(entry: FeedEntry): string[] | null {
  const kind = entry.event === 'reverted' ? entry.reverted.kind : entry.event.split('.')[0];
  switch (kind) {
    case 'view':
      return viewTags(entry.concerns);
    case 'content':
      return [TAGS.contents];
    case 'stream':
      return [TAGS.streams];
    default:
      return null;
  }
}

function viewTags({ cidKey, creator, provider, viewer }: FeedEntry['concerns']): string[] {
  const by = [
    ['cid', cidKey],
    ['creator', creator],
    ['provider', provider],
    ['viewer', viewer],
  ] as const;
  return by.flatMap(([name, key]) => (key === null ? [] : TAGS.views(name, key)));
}
