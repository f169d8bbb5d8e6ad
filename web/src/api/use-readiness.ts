import { useEffect, useState } from 'react';
import { HOST } from './http.ts';
import type { ConnectionState } from './live.ts';
import { type Readiness, readinessIn } from './readiness.ts';

const POLL_MS = 15_000;
const TIMEOUT_MS = 10_000;

/** The host's readiness while events arrive and the page is visible; `undefined` before the first answer. */
export function useReadiness(connection: ConnectionState): Readiness | undefined {
  const [found, setFound] = useState<Readiness>();
  useEffect(() => {
    if (connection !== 'live') return;
    const leave = new AbortController();
    const look = async () => {
      const answer = document.hidden ? undefined : await ask(leave.signal);
      if (answer && !leave.signal.aborted) setFound(answer);
    };
    void look();
    const timer = setInterval(() => void look(), POLL_MS);
    return () => {
      clearInterval(timer);
      leave.abort();
      setFound(undefined);
    };
  }, [connection]);
  return found;
}

/** @returns undefined without an answer: the connection state shows that. */
async function ask(leave: AbortSignal): Promise<Readiness | undefined> {
  const signal = AbortSignal.any([leave, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(`${HOST}/readyz`, { signal, headers: { Accept: 'application/json' } });
    return readinessIn(response.status, await response.json().catch(() => undefined));
  } catch {
    return undefined;
  }
}
