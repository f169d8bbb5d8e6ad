/** An error that error-messages.ts has words for. Names are written out: the build shortens those of classes. */
export abstract class PageError extends Error {
  abstract override readonly name: string;
  /** Whether the same again may succeed. */
  readonly retryable: boolean = false;
}
