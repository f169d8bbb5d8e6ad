import { BaseError } from '../../lib/errors.ts';

/** The other side took too long. */
export class TookTooLong extends BaseError {
  constructor(patienceMs: number) {
    super(`no answer in ${patienceMs} ms`);
  }
}

/**
 * A clock for the other side's turns: aborts when one takes longer than the patience there is for it. It stands
 * still meanwhile, so that a slow client is not taken for a slow back end.
 */
export class TurnClock {
  readonly #late = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  start(patienceMs: number): void {
    this.stop();
    this.#timer = setTimeout(() => this.#late.abort(new TookTooLong(patienceMs)), patienceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
