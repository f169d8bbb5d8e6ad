import { runLimited } from '../../../../../indexer/uploads/packaging/ffmpeg/limited-process.ts';

/** A host whose command is busy for ever; that writes its number into the folder that is named. */
const [folder = ''] = process.argv.slice(2);
const limits = { memoryMb: 1_024, patienceMs: 600_000, maxMs: 600_000, maxFileBytes: 1_024 };
const words = ['sh', '-c', 'echo $$ > pid; exec sleep 600'];
await runLimited(words, { folder, limits, onLine: () => true });
