import { BaseError } from '../../lib/errors.ts';

/** The other side took too long. */
export class TookTooLong extends BaseError {
  constructor(timeoutMs: number) {
    super(`no answer in ${timeoutMs} ms`);
  }
}

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
    this.#timer = setTimeout(() => this.#late.abort(new TookTooLong(timeoutMs)), timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
