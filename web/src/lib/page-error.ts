/** An error that error-messages.ts has words for. */
export abstract class PageError extends Error {
  /** Whether the same again may succeed. */
  readonly retryable: boolean = false;
}
