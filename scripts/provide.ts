import { print, runScript } from './lib/cli.ts';
import { PROVIDE_USAGE } from './lib/provide/options.ts';
import { runProvide } from './lib/provide/run.ts';

await runScript(PROVIDE_USAGE, async (argv) => {
  process.exitCode = await runProvide({ argv, env: process.env, print });
});
