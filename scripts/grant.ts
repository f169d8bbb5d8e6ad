import { runScript } from './lib/cli.ts';
import { GRANT_USAGE } from './lib/grant/options.ts';
import { runGrant } from './lib/grant/run.ts';

await runScript(GRANT_USAGE, runGrant);
