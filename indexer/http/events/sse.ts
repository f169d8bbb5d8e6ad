import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createWakeSignal } from '../../lib/wake-signal.ts';
import type { FeedPosition } from '../../store/store.ts';
import { idOnly, type Kind, type Message, resetAt } from '../feed/message.ts';
import type { FeedReader, Page } from '../feed/reader.ts';

/** What a client wants to hear of; all that is left out is wanted. */
interface EventFilter {
  kinds?: ReadonlySet<Kind> | undefined;
  /** Canonical. */
  cidKey?: string | undefined;
  /** Lower case; as creator, provider or viewer. */
  wallet?: string | undefined;
}

export interface EventRequest {
  /** The last event that the client has; undefined: it wants what comes from now on. */
  from: FeedPosition | undefined;
  filter: EventFilter;
  stopping: AbortSignal;
}

export interface StreamLimits {
  /** A comment is sent after so long a silence, to find out who is gone. */
  heartbeatMs: number;
  /** A client that takes nothing for so long is dropped; it can come back and resume. */
  drainTimeoutMs: number;
}

const LIMITS: StreamLimits = { heartbeatMs: 15_000, drainTimeoutMs: 10_000 };
const HEAD = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // nginx would hold messages back
  'X-Accel-Buffering': 'no',
};
const RETRY_MS = 2_000;

/**
 * Sends the feed as server-sent events, from `from` on or from now, until the client is gone or `stopping` aborts.
 * A client is sent the next page when it has taken the one before, so that a slow one costs a page of memory.
 */
export async function streamEvents(
  res: ServerResponse,
  feedReader: FeedReader,
  { from, filter, stopping }: EventRequest,
  { heartbeatMs, drainTimeoutMs } = LIMITS,
): Promise<void> {
  const end = await feedReader.end();
  const isKnown = from === undefined || (from.feed === end.feed && from.seq <= end.seq);
  let position = isKnown ? (from ?? end) : end;
  let sentAtMs = 0;
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stopping]);
  const wakeSignal = createWakeSignal();
  const stopListening = feedReader.onMore(wakeSignal.wake);

  async function send(text: string): Promise<void> {
    sentAtMs = performance.now();
    if (res.write(text)) return;
    const taken = AbortSignal.any([signal, AbortSignal.timeout(drainTimeoutMs)]);
    await once(res, 'drain', { signal: taken }).catch(() => {
      if (stopping.aborted) return;
      gone.abort();
      res.destroy();
    });
  }

  async function sendPage({ messages, endsAt }: Page): Promise<void> {
    if (messages.some(({ kind }) => kind === null)) {
      position = await feedReader.end();
      return send(resetAt(position, 'not_kept'));
    }
    position = { ...position, seq: endsAt };
    const wanted = messages.filter((message) => isWanted(message, filter));
    if (wanted.length > 0) await send(wanted.map(({ text }) => text).join(''));
  }

  async function wait(): Promise<void> {
    await wakeSignal.wait(heartbeatMs, signal);
    if (!signal.aborted && performance.now() - sentAtMs >= heartbeatMs) await send(idOnly(position));
  }

  try {
    res.writeHead(200, HEAD);
    if (res.req.method === 'HEAD') return void res.end();
    await send(`retry: ${RETRY_MS}\n${isKnown ? idOnly(position) : resetAt(end, 'unknown_id')}`);
    while (!signal.aborted) {
      const page = await feedReader.after(position.seq);
      await sendPage(page);
      if (page.isLast) await wait();
      // Somebody who catches up must not keep everybody else waiting.
      else await new Promise(setImmediate);
    }
    if (!gone.signal.aborted) res.end();
  } finally {
    stopListening();
  }
}

function isWanted({ kind, concerns }: Message, { kinds, cidKey, wallet }: EventFilter): boolean {
  if (kind === null) return true;
  const { creator, provider, viewer } = concerns;
  return (
    (kinds === undefined || kinds.has(kind)) &&
    (cidKey === undefined || concerns.cidKey === cidKey) &&
    (wallet === undefined || creator === wallet || provider === wallet || viewer === wallet)
  );
}
