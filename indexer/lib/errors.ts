export interface BaseErrorOptions extends ErrorOptions {
  retryable?: boolean;
}

/** Every error of this project: it is named after its class. */
export class BaseError extends Error {
  /** Whether the same may succeed later. */
  readonly retryable: boolean;

  constructor(message: string, { retryable = false, ...options }: BaseErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.retryable = retryable;
  }
}

/** A failure that is no mistake of whoever asked: the same may succeed later. */
export class RetryableError extends BaseError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, retryable: true });
  }
}

/** What to tell of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the system, or a library, says this of what went wrong: `ENOENT`. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
