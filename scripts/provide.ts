import { runScript } from './lib/cli.ts';
import { PROVIDE_USAGE } from './lib/provide/options.ts';
import { runProvide } from './lib/provide/run.ts';

await runScript(PROVIDE_USAGE, async (call) => {
  process.exitCode = await runProvide(call);
});
