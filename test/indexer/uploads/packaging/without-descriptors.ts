import { closeSync, openSync } from 'node:fs';
import { BaseError } from '../../../../indexer/lib/errors.ts';
import { runLimited } from '../../../../indexer/uploads/packaging/ffmpeg/limited-process.ts';
import { createPackagingWorker } from '../../../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { fileOf, realVideo } from '../../../packager/samples.ts';

/** A host that may open nothing more, and so start no process; and then may again. It says how each try ends. */
const log = { info: () => {}, warn: () => {} };
await using worker = createPackagingWorker({ log, disk: null });
const file = fileOf(await realVideo());
const limits = { memoryMb: 1_024, patienceMs: 60_000, maxMs: 60_000, maxFileBytes: 0 };

async function tell(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    console.log('well');
  } catch (error) {
    console.log(error instanceof BaseError && error.retryable ? 'later' : error);
  }
}

async function tellAll(): Promise<void> {
  await tell(() => worker.describe(file));
  await tell(() => worker.describe(file));
  await tell(() => runLimited(['true'], { folder: '.', limits, onLine: () => false }));
}

const opened: number[] = [];
try {
  for (;;) opened.push(openSync('/dev/null', 'r'));
} catch {
  await tellAll();
}
for (const descriptor of opened) closeSync(descriptor);
await tellAll();
