import { useEffect, useEffectEvent, useState } from 'react';
import { type Interest, onChange } from './changes.ts';

/** Something to be asked for. */
export interface Read<T> {
  /** The same for the same question. */
  key: string;
  load(signal: AbortSignal): Promise<T>;
  /** What makes the answer old. */
  on: Interest;
}

/** What was answered last, and why it is not more. */
export interface Resource<T> {
  /** Stays while it is asked for again. */
  data: T | undefined;
  problem: unknown;
}

/**
 * Asks when the question changes, and again whenever its answer may have. With `null` it asks nothing.
 * @param keep shows the answer before until there is one to the new question: while a person types.
 */
export function useResource<T>(read: Read<T> | null, { keep = false } = {}): Resource<T> {
  const [said, setSaid] = useState<Resource<T> & { key: string }>();
  const key = read?.key ?? null;

  const askFor = useEffectEvent(async (wanted: string, signal: AbortSignal) => {
    try {
      const data = await read?.load(signal);
      if (!signal.aborted) setSaid({ key: wanted, data, problem: undefined });
    } catch (problem) {
      if (signal.aborted) return;
      setSaid((last) => ({ key: wanted, data: last?.key === wanted ? last.data : undefined, problem }));
    }
  });
  const listen = useEffectEvent((again: () => void) => onChange(read?.on ?? { kinds: [] }, again));

  useEffect(() => {
    if (key === null) return;
    let asking = new AbortController();
    void askFor(key, asking.signal);
    const unsubscribe = listen(() => {
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
