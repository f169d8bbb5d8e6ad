import { runScript } from '../cli.ts';
import { REBUILD_USAGE, runRebuild } from './run.ts';

await runScript(REBUILD_USAGE, runRebuild);
