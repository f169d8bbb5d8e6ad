/** Lets a loop sleep until something happens. */
export interface Bell {
  ring(): void;
  /** Resolves when rung (also when it was rung since the last call), after `ms`, or when `signal` aborts. */
  rungWithin(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: () => void = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async rungWithin(ms, signal) {
      if (!rung && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', wake, { once: true });
        await promise;
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
      }
      rung = false;
    },
  };
}
