import { useEffect, useEffectEvent, useState } from 'react';
import { anything } from './answers.ts';
import { answerInside, HOST } from './http.ts';
import type { ConnectionState } from './live.ts';
import { type Readiness, readinessIn } from './readiness.ts';

const POLL_MS = 15_000;
const TIMEOUT_MS = 10_000;

/** The host's readiness while events arrive and the page is visible; `undefined` before the first answer. */
export function useReadiness(connection: ConnectionState): Readiness | undefined {
  const [found, setFound] = useState(inDocument);
  const isFresh = useEffectEvent(() => found !== undefined && performance.now() < POLL_MS);
  useEffect(() => {
    if (connection !== 'live') return;
    const leave = new AbortController();
    const look = async () => {
      const answer = document.hidden ? undefined : await ask(leave.signal);
      if (answer && !leave.signal.aborted) setFound(answer);
    };
    if (!isFresh()) void look();
    const timer = setInterval(() => void look(), POLL_MS);
    return () => {
      clearInterval(timer);
      leave.abort();
      setFound(undefined);
    };
  }, [connection]);
  return found;
}

function inDocument(): Readiness | undefined {
  const answer = answerInside('/readyz', anything);
  return answer === undefined ? undefined : readinessIn(200, answer);
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
