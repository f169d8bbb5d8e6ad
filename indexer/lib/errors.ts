export interface BaseErrorOptions extends ErrorOptions {
  retryable?: boolean;
}

/** Every error of this project: it is named after its class. */
export class BaseError extends Error {
  /** Whether the same may succeed later. */
  readonly retryable: boolean = false;

  /** @param facts the cause, and whatever becomes a property */
  constructor(message: string, facts: BaseErrorOptions = {}) {
    super(message, facts);
    this.name = new.target.name;
    Object.assign(this, facts);
  }
}

/** A failure that is no mistake of whoever asked: the same may succeed later. */
export class RetryableError extends BaseError {
  override readonly retryable = true;
}

type ErrorClass<Args extends unknown[], Facts> = new (...args: Args) => BaseError & Readonly<Facts>;

/**
 * What a class extends whose errors have facts as properties. Without `message` the thrower words each error:
 *
 *     class TooLarge extends errorWith<{ maxBytes: number }>() {}
 *     throw new TooLarge('The video is too large.', { maxBytes });
 *
 * With it, the facts say it all:
 *
 *     class TooLarge extends errorWith<{ maxBytes: number }>(({ maxBytes }) => `More than ${maxBytes} bytes.`) {}
 *     throw new TooLarge({ maxBytes, cause });
 */
export function errorWith<Facts>(): ErrorClass<[message: string, facts: Facts & BaseErrorOptions], Facts>;
export function errorWith<Facts>(
  message: (facts: Facts) => string,
): ErrorClass<[facts: Facts & BaseErrorOptions], Facts>;
export function errorWith<Facts>(message?: (facts: Facts) => string) {
  if (message === undefined) return BaseError;
  const wordsOf = message;
  return class extends BaseError {
    constructor(facts: Facts & BaseErrorOptions) {
      super(wordsOf(facts), facts);
    }
  };
}

/** What to tell of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the system, or a library, says this of what went wrong: `ENOENT`. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
