/** Lets a loop sleep until something happens. */
export interface WakeSignal {
  wake(): void;
  /** Resolves on `wake` (also when it was called since the last wait), after `ms`, or when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWakeSignal(): WakeSignal {
  let isAwake = false;
  let resume: () => void = () => {};
  return {
    wake() {
      isAwake = true;
      resume();
    },
    async wait(ms, signal) {
      if (!isAwake && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        resume = resolve;
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', resume, { once: true });
        await promise;
        clearTimeout(timer);
        signal.removeEventListener('abort', resume);
      }
      isAwake = false;
    },
  };
}
