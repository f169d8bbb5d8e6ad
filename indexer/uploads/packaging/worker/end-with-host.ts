import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/**
 * To be loaded first, by `--import`: ends this process when the host has ended, which it can't tell its workers when it
 * is killed. A thread looks for that, since a file may keep the main one busy for ever.
 */
const LOOK_MS = 500;

if (isMainThread) {
  const limits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 8 };
  const options = { workerData: process.ppid, execArgv: [], resourceLimits: limits };
  new Worker(new URL(import.meta.url), options).unref();
} else if (parentPort !== null) {
  setInterval(() => {
    if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
  }, LOOK_MS);
}
