import type { BaseLogger } from 'pino';
import { BoundedMap } from '../../lib/bounded-map.ts';
import type { Takedowns } from '../../store/book.ts';
import type { Feed, FeedPosition } from '../../store/store.ts';
import type { Serializer } from '../serialize/serializer.ts';
import { type Message, messageOf } from './message.ts';

/** The end of the feed, followed for many clients at once: those that stand at the same place share a read. */
export interface FeedReader {
  end(): Promise<FeedPosition>;
  /** The page after `seq`. @throws {RpcError} when a coin has to be described and the chain can't be asked. */
  after(seq: number): Promise<Page>;
  /** The feed may have grown: looks whether it has. */
  poll(): void;
  /** Calls back when more is told than was. @returns what ends it. */
  onMore(listener: () => void): () => void;
}

export interface Page {
  /** Oldest first. */
  messages: readonly Message[];
  /** Where the next page begins: what clients are not told of is passed over. */
  endsAt: number;
  /** There is no more, as long as `onMore` has not called back. */
  isLast: boolean;
}

interface FeedReaderDeps {
  store: Feed;
  book: Pick<Takedowns, 'takedownOf'>;
  serializer: Serializer;
  log: Pick<BaseLogger, 'warn'>;
  /** Looks so often, while somebody listens, for what other processes have told. */
  pollMs?: number;
}

const PAGE_SIZE = 50;
/** Pages that are remembered for clients that catch up. */
const MAX_PAGES = 64;

export function createFeedReader({
  store,
  book,
  serializer,
  log,
  pollMs = 1_000,
}: FeedReaderDeps): FeedReader {
  const listeners = new Set<() => void>();
  const pages = new BoundedMap<number, Promise<Page>>(MAX_PAGES);
  let seen = -1;
  let timer: NodeJS.Timeout | undefined;

  async function pollNow(): Promise<void> {
    const { seq } = await store.feedEnd();
    if (seq === seen) return;
    seen = seq;
    pages.clear();
    for (const listener of listeners) listener();
  }

  function poll(): void {
    if (listeners.size === 0) return;
    pollNow().catch((error: unknown) => log.warn({ err: error }, 'the feed could not be read, trying again'));
  }

  return {
    end: () => store.feedEnd(),
    after(seq) {
      const found = pages.get(seq);
      if (found) return found;
      const page = readPage({ store, book, serializer }, seq);
      pages.set(seq, page);
      page.catch(() => pages.delete(seq));
      return page;
    },
    poll,
    onMore(listener) {
      // Nobody has looked while nobody listened.
      if (listeners.size === 0) pages.clear();
      listeners.add(listener);
      timer ??= setInterval(poll, pollMs).unref();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

async function readPage(
  { store, book, serializer }: Pick<FeedReaderDeps, 'store' | 'book' | 'serializer'>,
  seq: number,
) {
  const { feed, seq: end } = await store.feedEnd();
  const entries = await store.feedAfter(seq, PAGE_SIZE);
  const told = await Promise.all(
    entries.map(async (entry) => {
      const message = await messageOf(feed, entry, serializer);
      return (await isTakenDown(book, message)) ? [] : message;
    }),
  );
  const isLast = entries.length < PAGE_SIZE;
  return { messages: told.flat(), endsAt: Math.max(isLast ? end : seq, entries.at(-1)?.seq ?? seq), isLast };
}

/** As in the catalogue: what it is called is not told. */
async function isTakenDown(
  book: Pick<Takedowns, 'takedownOf'>,
  { kind, concerns: { cidKey } }: Message,
): Promise<boolean> {
  return kind === 'content' && cidKey !== null && (await book.takedownOf(cidKey)) !== null;
}
