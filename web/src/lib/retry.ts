interface RetryOptions {
  /** Whether a failure may be another one next time. */
  isRetryable: (error: unknown) => boolean;
  pauseMs: number;
  timeoutMs: number;
}

/** Does something again until it succeeds. @throws its last error after `timeoutMs`, or what is not worth another try */
export async function retry<T>(
  work: () => Promise<T>,
  { isRetryable, pauseMs, timeoutMs }: RetryOptions,
): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
