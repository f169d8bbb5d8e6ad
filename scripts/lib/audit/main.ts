import { runScript } from '../cli.ts';
import { AUDIT_USAGE } from './options.ts';
import { runAudit } from './run.ts';

await runScript(AUDIT_USAGE, runAudit);
