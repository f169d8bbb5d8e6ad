import { runScript } from './lib/cli.ts';
import { WITHDRAW_USAGE } from './lib/withdraw/options.ts';
import { runWithdraw } from './lib/withdraw/run.ts';

await runScript(WITHDRAW_USAGE, runWithdraw);
