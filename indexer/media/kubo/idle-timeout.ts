import { BaseError } from '../../lib/errors.ts';

/** The other side took too long. */
export class TookTooLong extends BaseError {}

/**
 * Aborts when the other side, while it is its turn, takes too long. Between its turns no time counts, so that a slow
 * client is not taken for a slow back end.
 */
export class IdleTimeout {
  readonly #late = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  start(timeoutMs: number): void {
    this.stop();
    const abort = () => this.#late.abort(new TookTooLong(`no answer in ${timeoutMs} ms`));
    this.#timer = setTimeout(abort, timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
