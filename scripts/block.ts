import { runScript } from './lib/cli.ts';
import { BLOCK_USAGE } from './lib/takedown/options.ts';
import { runBlock } from './lib/takedown/run.ts';

await runScript(BLOCK_USAGE, runBlock);
