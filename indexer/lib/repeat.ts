/**
 * Runs a job at once and then again and again, so long after each end.
 * @param job that never rejects.
 * @returns what stops it; resolves when the run under way is over.
 */
export function repeat(pauseMs: number, job: () => Promise<void>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running = run();

  async function run(): Promise<void> {
    await job();
    if (!isStopped) timer = setTimeout(again, pauseMs);
  }
  function again(): void {
    running = run();
  }

  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
