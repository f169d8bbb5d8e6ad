import { runScript } from '../cli.ts';
import { PROBE_USAGE } from './options.ts';
import { runProbe } from './run.ts';

await runScript(PROBE_USAGE, runProbe);
