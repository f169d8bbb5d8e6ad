import { retry } from '../../lib/retry.ts';

/** Codes of a call that is on its way. */
const UNDER_WAY: readonly unknown[] = ['relay_pending', 'unavailable'];
const PAUSE_MS = 2_000;
const DEADLINE_MS = 120_000;

class UnderWay extends Error {
  override readonly name = 'UnderWay';
  readonly answer: Response;
  constructor(answer: Response) {
    super('The call is on its way.');
    this.answer = answer;
  }
}

/**
 * Sends what a wallet has signed until it is known what became of it: the same request again is the same call. Who
 * signed anew instead might pay twice.
 */
export async function patientFetch(
  url: string,
  init: RequestInit = {},
  pauseMs = PAUSE_MS,
): Promise<Response> {
  const isRetryable = (error: unknown) =>
    !init.signal?.aborted && (error instanceof UnderWay || error instanceof TypeError);
  const send = async () => {
    const answer = await fetch(url, init);
    if (answer.status === 503 && UNDER_WAY.includes(await codeIn(answer))) throw new UnderWay(answer);
    return answer;
  };
  try {
    return await retry(send, { isRetryable, pauseMs, timeoutMs: DEADLINE_MS });
  } catch (error) {
    if (error instanceof UnderWay) return error.answer;
    throw error;
  }
}

async function codeIn(answer: Response): Promise<unknown> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return Object(body).code;
}
