import { banner } from './compose/banner.ts';
import { createHost } from './compose/create-host.ts';
import { type HostLog, openLog } from './compose/log.ts';
import { printable } from './compose/start-errors.ts';
import { type Config, readConfig, startOptions } from './config/config.ts';
import { loadEnvFile } from './config/env-file.ts';

/** Beside what requests under way get: to close what the host stands on. */
const CLOSING_MS = 800;
/** A long journal takes a while, and nobody is to wonder. */
const STILL_STARTING_MS = 4_000;

let config: Config | undefined;
let opened: HostLog | undefined;
try {
  // Whoever started this process over a channel, as scripts/launch.mjs does, is gone: nobody may be left over.
  const endAtOnce = () => process.exit(1);
  process.once('disconnect', endAtOnce);
  loadEnvFile('.env');
  config = readConfig(process.env);
  const options = startOptions(process.argv.slice(2), config);
  opened = openLog(config.logLevel);
  const { log } = opened;
  const starting = setInterval(() => log.info('the host is starting'), STILL_STARTING_MS);
  const host = await createHost(config, { log, ...options });
  clearInterval(starting);
  // What is left after a collection says how far the heap may grow: without one here that would be much that only the start needed.
  globalThis.gc?.();
  console.log(banner(config, host));
  process.off('disconnect', endAtOnce);
  stopWhenTold(host, config.stopGraceSec * 1_000 + CLOSING_MS);
} catch (error) {
  complain(error);
  process.exit(1);
}

function stopWhenTold(host: AsyncDisposable, deadlineMs: number): void {
  let isStopping = false;
  const stopOnce = (why: string) => {
    if (!isStopping) stop(host, why, deadlineMs);
    isStopping = true;
  };
  // Ctrl-C comes from the terminal and once more from npm.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopOnce(signal));
  process.once('disconnect', () => stopOnce('What started this host is gone'));
}

function stop(host: AsyncDisposable, why: string, deadlineMs: number): void {
  console.log(`\n${why}: stopping`);
  setTimeout(() => process.exit(1), deadlineMs).unref();
  host[Symbol.asyncDispose]().then(
    () => process.exit(0),
    (error) => {
      complain(error);
      process.exit(1);
    },
  );
}

function complain(error: unknown): void {
  opened?.flush(); // what led to it comes before
  console.error(printable(error, config));
}
