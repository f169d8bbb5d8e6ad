import { useEffect, useEffectEvent, useState } from 'react';
import { onChange } from './live.ts';

/** Something the host knows: what it said last, and why it does not say more. */
export interface Resource<T> {
  /** Stays while the host is asked again. */
  data: T | undefined;
  problem: unknown;
}

/**
 * Asks the host when `key` changes, and again whenever something has changed there. With `key` null it asks nothing.
 * @param load depends on nothing but what `key` names.
 * @param keep shows what was said for the key before until there is something for the new one: while a person types.
 */
export function useResource<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  { keep = false } = {},
): Resource<T> {
  const [said, setSaid] = useState<Resource<T> & { key: string }>();

  const askFor = useEffectEvent(async (wanted: string, signal: AbortSignal) => {
    try {
      const data = await load(signal);
      if (!signal.aborted) setSaid({ key: wanted, data, problem: undefined });
    } catch (problem) {
      if (signal.aborted) return;
      setSaid((last) => ({ key: wanted, data: last?.key === wanted ? last.data : undefined, problem }));
    }
  });

  useEffect(() => {
    if (key === null) return;
    let asking = new AbortController();
    void askFor(key, asking.signal);
    const unsubscribe = onChange(() => {
      asking.abort();
      asking = new AbortController();
      void askFor(key, asking.signal);
    });
    return () => {
      unsubscribe();
      asking.abort();
    };
  }, [key]);

  if (said?.key === key) return said;
  return { data: keep ? said?.data : undefined, problem: undefined };
}
