import { useEffect, useState } from 'react';
import { HOST } from './http.ts';
import type { ConnectionState } from './live.ts';
import { type Readiness, readinessIn } from './readiness.ts';

const LOOK_MS = 15_000;
const PATIENCE_MS = 10_000;

/** What `/readyz` says, while the page hears from the host; `undefined` until it has said something. */
export function useReadiness(connection: ConnectionState): Readiness | undefined {
  const [found, setFound] = useState<Readiness>();
  useEffect(() => {
    if (connection !== 'live') return;
    const leaving = new AbortController();
    void watch(leaving.signal, setFound);
    return () => {
      leaving.abort();
      setFound(undefined);
    };
  }, [connection]);
  return found;
}

/** Looks now and then, as long as somebody sees the page. */
async function watch(signal: AbortSignal, tell: (found: Readiness) => void): Promise<void> {
  const look = async () => {
    const found = document.hidden ? undefined : await ask(signal);
    if (found && !signal.aborted) tell(found);
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
  await look();
}

/** @returns undefined without an answer: the connection says that the host is away. */
async function ask(leaving: AbortSignal): Promise<Readiness | undefined> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await fetch(`${HOST}/readyz`, { signal, headers: { Accept: 'application/json' } });
    return readinessIn(response.status, await response.json().catch(() => undefined));
  } catch {
    return undefined;
  }
}
