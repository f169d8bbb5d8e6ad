import { RESTORE_USAGE, runRestore } from './lib/book/restore.ts';
import { runScript } from './lib/cli.ts';

await runScript(RESTORE_USAGE, runRestore);
