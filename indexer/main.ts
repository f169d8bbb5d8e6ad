import { pino } from 'pino';
import { banner } from './compose/banner.ts';
import { createHost } from './compose/create-host.ts';
import { explained } from './compose/start-errors.ts';
import { type Config, readConfig } from './config/config.ts';
import { loadEnvFile } from './config/env-file.ts';
import { LOG_TO } from './http/middleware/request-log.ts';

const STOP_DEADLINE_MS = 1_800;

const logTo = pino.destination(LOG_TO);
let config: Config | undefined;
try {
  // Whoever started this process over a channel, as scripts/launch.mjs does, is gone: nobody may be left over.
  const endAtOnce = () => process.exit(1);
  process.once('disconnect', endAtOnce);
  loadEnvFile('.env');
  config = readConfig(process.env);
  const log = pino({ level: config.logLevel }, logTo);
  const host = await createHost(config, { log });
  console.log(banner(config, host));
  process.off('disconnect', endAtOnce);
  stopWhenTold(host);
} catch (error) {
  complain(error, config);
  process.exit(1);
}

function stopWhenTold(host: AsyncDisposable): void {
  let isStopping = false;
  const stopOnce = (why: string) => {
    if (!isStopping) stop(host, why);
    isStopping = true;
  };
  // Ctrl-C comes from the terminal and once more from npm.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopOnce(signal));
  process.once('disconnect', () => stopOnce('What started this host is gone'));
}

function stop(host: AsyncDisposable, why: string): void {
  console.log(`\n${why}: stopping`);
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  host[Symbol.asyncDispose]().then(
    () => process.exit(0),
    (error) => {
      complain(error);
      process.exit(1);
    },
  );
}

/** A person reads this: one line for what they can put right, the stack for what is our fault. */
function complain(error: unknown, config?: Config): void {
  logTo.flushSync(); // what led to it comes before
  const line = config && explained(error, config);
  const expected = error instanceof Error && error.name !== 'Error' && !(error instanceof TypeError);
  console.error(line ?? (expected ? error.message : error));
}
