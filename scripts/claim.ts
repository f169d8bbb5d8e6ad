import { CLAIM_USAGE } from './lib/claim/options.ts';
import { runClaim } from './lib/claim/run.ts';
import { runScript } from './lib/cli.ts';

await runScript(CLAIM_USAGE, runClaim);
