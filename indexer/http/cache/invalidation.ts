import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Change, Feed, FeedPosition } from '../../store/store.ts';
import type { ResponseCache } from './response-cache.ts';

/** What responses are made of. */
export const TAGS = {
  /** Any content may be shown, and how often it was watched, and by how many it is served. */
  contents: 'contents',
  content: (cidKey: string) => `content ${cidKey}`,
  allStreams: 'streams of all',
  streamsOf: (cidKey: string) => `streams of ${cidKey}`,
  streamsBy: (wallet: string) => `streams by ${wallet}`,
  views: (by: 'cid' | 'provider' | 'viewer' | 'creator', key: string) => `views ${by} ${key}`,
  earnings: (wallet: string) => `earnings ${wallet}`,
} as const;

/** Changes that are read at a time: some milliseconds. */
const PAGE = 1_000;

/**
 * @returns what resolves when the cache holds nothing that the records contradict. The records themselves are asked,
 *   at each read: whichever process has changed them, and whoever was told of it or not.
 */
export function createInvalidation(store: Feed, cache: ResponseCache): () => Promise<void> {
  let seen = 0;
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
    while (seen < end && !cache.isEmpty) {
      const changes = await store.changesAfter(seen, PAGE);
      for (const change of changes) take(change);
      seen = changes.at(-1)?.seq ?? end;
      if (changes.length < PAGE) break;
      await nextTurn();
    }
    seen = Math.max(seen, end);
  }

  function take(change: Change): void {
    if (change.of === 'all') cache.clear();
    // What is new leaves the rows before as they are.
    else for (const tag of tagsOf(change)) change.isNew ? cache.outdate(tag) : cache.drop(tag);
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

/** The tags of all that shows it. */
function tagsOf({ of, onChain, concerns, account }: Change): string[] {
  const { cidKey, creator, provider } = concerns;
  switch (of) {
    case 'view': {
      const paid = onChain ? [creator, provider] : [];
      return [...viewTags(concerns), ...each(paid, TAGS.earnings), ...listingTags(cidKey)];
    }
    case 'content':
      return listingTags(cidKey);
    case 'stream':
      return [
        ...[TAGS.allStreams, ...each([cidKey], TAGS.streamsOf), ...each([provider], TAGS.streamsBy)],
        ...listingTags(cidKey),
      ];
    case 'credits':
      return each([account], TAGS.earnings);
    default:
      return [];
  }
}

function listingTags(cidKey: string | null): string[] {
  return [TAGS.contents, ...each([cidKey], TAGS.content)];
}

function viewTags({ cidKey, creator, provider, viewer }: Change['concerns']): string[] {
  const by = [
    ['cid', cidKey],
    ['creator', creator],
    ['provider', provider],
    ['viewer', viewer],
  ] as const;
  return by.flatMap(([name, key]) => (key === null ? [] : TAGS.views(name, key)));
}

function each(keys: readonly (string | null)[], tag: (key: string) => string): string[] {
  return keys.flatMap((key) => (key === null ? [] : tag(key)));
}
