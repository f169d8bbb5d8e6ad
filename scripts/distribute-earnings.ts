import { runScript } from './lib/cli.ts';
import { DISTRIBUTE_USAGE } from './lib/distribute/options.ts';
import { runDistribute } from './lib/distribute/run.ts';

await runScript(DISTRIBUTE_USAGE, runDistribute);
