import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { ListedContent } from '../../api/answers.ts';
import { onChange } from '../../api/changes.ts';
import { host } from '../../api/host.ts';
import { returnToPlace } from '../../lib/scroll-place.ts';
import { cameBack } from '../../router.tsx';

const PAGE_SIZE = 24;
/** The most that the host answers at a time. */
const MAX_ROWS = 1_000;
const MAX_KEPT = 8;
/** So many more cards are drawn at once: a whole page of them holds up who scrolls. */
const A_FRAME = 6;

interface Listed {
  contents: readonly ListedContent[];
  /** Of the next page. */
  cursor: string | null;
}

/** Lists that one has left, for who comes back. */
const kept = new Map<string, Listed>();

export interface ListedView {
  data: Listed | undefined;
  problem: unknown;
  /** Loads the next page behind those that are here. */
  more(): Promise<void>;
  isLoadingMore: boolean;
  /** Why the next page is not here. */
  moreProblem: unknown;
}

/**
 * A list of the catalogue that grows at its end. It follows what changes at the host; a new query shows the last list until its own is
 * here.
 */
export function useListed(query: Readonly<Record<string, string>>): ListedView {
  const key = JSON.stringify(query);
  const [state, setState] = useState<{ key: string; data: Listed | undefined; problem: unknown }>(() => ({
    key,
    data: cameBack() ? kept.get(key) : undefined,
    problem: undefined,
  }));
  const current = useRef<{ key: string; data?: Listed | undefined }>(state);

  const show = (data: Listed) => {
    current.current = { key, data };
    kept.delete(key);
    kept.set(key, data);
    for (const oldest of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(oldest);
    setState({ key, data, problem: undefined });
  };

  /** As much as is here, in one request. */
  const load = useEffectEvent(async (signal: AbortSignal) => {
    const shown = current.current.key === key ? (current.current.data?.contents.length ?? 0) : 0;
    if (shown > MAX_ROWS) return;
    try {
      const page = await host.catalogue(query, { limit: Math.max(PAGE_SIZE, shown) }).load(signal);
      if (!signal.aborted) show({ contents: page.contents, cursor: page.next_cursor });
    } catch (problem) {
      if (!signal.aborted) setState((last) => ({ ...last, key, problem }));
    }
  });

  useEffect(() => {
    let request = new AbortController();
    // Another list begins at its first page.
    if (current.current.key !== key) current.current = { key };
    void load(request.signal);
    const unsubscribe = onChange({ kinds: ['content', 'stream'] }, () => {
      request.abort();
      request = new AbortController();
      void load(request.signal);
    });
    return () => {
      unsubscribe();
      request.abort();
    };
  }, [key]);

  useLayoutEffect(() => {
    if (cameBack()) returnToPlace();
  }, []);

  return { ...state, ...useMore(query, current, show) };
}

/** The pages behind the first. */
function useMore(
  query: Readonly<Record<string, string>>,
  current: RefObject<{ key: string; data?: Listed | undefined }>,
  show: (data: Listed) => void,
): Pick<ListedView, 'more' | 'isLoadingMore' | 'moreProblem'> {
  const key = JSON.stringify(query);
  const [state, setState] = useState<{ key: string; isLoading: boolean; problem?: unknown }>();
  // What became of another list's page is nothing to this one.
  const { isLoading = false, problem } = state?.key === key ? state : {};
  return {
    isLoadingMore: isLoading,
    moreProblem: problem,
    async more() {
      const { data } = current.current;
      if (!data?.cursor || isLoading) return;
      setState({ key, isLoading: true });
      try {
        const page = await host.catalogue(query, { limit: PAGE_SIZE, cursor: data.cursor }).load(NEVER);
        for (let at = 0; ; at += A_FRAME) {
          // Read anew meanwhile: what came belongs to the list before.
          const now = current.current;
          if (now.key !== key || now.data?.cursor !== data.cursor) break;
          const contents = joined(now.data.contents, page.contents.slice(at, at + A_FRAME));
          const isWhole = at + A_FRAME >= page.contents.length;
          show({ contents, cursor: isWhole ? page.next_cursor : data.cursor });
          if (isWhole) break;
          await new Promise(requestAnimationFrame);
        }
        setState({ key, isLoading: false });
      } catch (failure) {
        setState({ key, isLoading: false, problem: failure });
      }
    },
  };
}

const NEVER = new AbortController().signal;

export function keyOf({ contract, content_id }: Pick<ListedContent, 'contract' | 'content_id'>): string {
  return `${contract} ${content_id}`;
}

/** What is watched meanwhile may stand on both pages. */
function joined(before: readonly ListedContent[], page: readonly ListedContent[]): ListedContent[] {
  const known = new Set(before.map(keyOf));
  return [...before, ...page.filter((each) => !known.has(keyOf(each)))];
}
