import { retry } from '../lib/retry.ts';

/** Codes of a call that is on its way, or may be. */
const UNDER_WAY: readonly unknown[] = ['relay_pending', 'unavailable'];
/** Codes of a host that sends nothing now. Of what it was sent before they say nothing. */
export const RELAY_REFUSALS: readonly unknown[] = [
  ...['deposit_too_small', 'relay_budget', 'relay_not_allowed', 'relay_unavailable'],
];
const PAUSE_MS = 2_000;
const TIMEOUT_MS = 120_000;

export interface Sending {
  /** The host's code in what was thrown; `null` where no answer came, `undefined` for any other failure. */
  codeOf: (error: unknown) => unknown;
  /** Whether it may have been sent before. */
  isSent?: boolean;
  /** Called each time it is unknown what became of it. */
  onUnknown?: () => void;
  pauseMs?: number | undefined;
  timeoutMs?: number | undefined;
}

/**
 * Sends what a wallet has signed until it is known what became of it: the same request again is the same call. Who
 * signed anew instead might pay twice.
 * @throws what was thrown last that leaves it unknown, or that ends it
 */
export async function untilKnown<T>(
  send: () => Promise<T>,
  { codeOf, isSent = false, onUnknown, pauseMs = PAUSE_MS, timeoutMs = TIMEOUT_MS }: Sending,
): Promise<T> {
  let unknown: unknown;
  const isRetryable = (error: unknown) => {
    const code = codeOf(error);
    if (code === null || UNDER_WAY.includes(code)) {
      unknown = error;
      onUnknown?.();
      return true;
    }
    return (isSent || unknown !== undefined) && RELAY_REFUSALS.includes(code);
  };
  try {
    return await retry(send, { isRetryable, pauseMs, timeoutMs });
  } catch (error) {
    throw isRetryable(error) ? (unknown ?? error) : error;
  }
}
