// A process of its own, for tests that end it: `node process.ts FOLDER` says its name, and waits.
import { Processes } from '../../../../indexer/lib/locks/processes.ts';

const { name } = Processes.open(process.argv[2] ?? '');
console.log(name);
setInterval(() => undefined, 1_000);
