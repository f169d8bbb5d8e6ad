import { runScript } from './lib/cli.ts';
import { EXIT_USAGE } from './lib/exit/options.ts';
import { runExit } from './lib/exit/run.ts';

await runScript(EXIT_USAGE, runExit);
