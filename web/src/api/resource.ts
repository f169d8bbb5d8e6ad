import { useEffect, useEffectEvent, useState } from 'react';
import { type Interest, onChange } from './changes.ts';

/** A request that can be repeated. */
export interface Read<T> {
  /** Identifies the request. */
  key: string;
  load(signal: AbortSignal): Promise<T>;
  /** The changes after which the request is repeated. */
  on: Interest;
  /** The answer, where it is here before anybody asks. */
  known?: T | undefined;
}

/** The last answer, or the error in its place. */
export interface Resource<T> {
  /** Stays while the request is repeated. */
  data: T | undefined;
  problem: unknown;
}

/**
 * Sends the request, and again when it or its answer may have changed. With `null` it sends nothing.
 * @param keep shows the last answer until a new one arrives: for requests that follow a person's typing.
 */
export function useResource<T>(read: Read<T> | null, { keep = false } = {}): Resource<T> {
  const key = read?.key ?? null;
  const known = read?.known;
  const [answer, setAnswer] = useState<(Resource<T> & { key: string }) | undefined>(
    key !== null && known !== undefined ? { key, data: known, problem: undefined } : undefined,
  );

  const send = useEffectEvent(async (forKey: string, signal: AbortSignal) => {
    try {
      const data = await read?.load(signal);
      if (!signal.aborted) setAnswer({ key: forKey, data, problem: undefined });
    } catch (problem) {
      if (signal.aborted) return;
      setAnswer((last) => ({ key: forKey, data: last?.key === forKey ? last.data : undefined, problem }));
    }
  });
  const isKnown = useEffectEvent((forKey: string) => known !== undefined && answer?.key === forKey);
  const listen = useEffectEvent((again: () => void) => onChange(read?.on ?? { kinds: [] }, again));

  useEffect(() => {
    if (key === null) return;
    let request = new AbortController();
    if (!isKnown(key)) void send(key, request.signal);
    const unsubscribe = listen(() => {
      request.abort();
      request = new AbortController();
      void send(key, request.signal);
    });
    return () => {
      unsubscribe();
      request.abort();
    };
  }, [key]);

  if (answer?.key === key) return answer;
  return { data: keep ? answer?.data : undefined, problem: undefined };
}
