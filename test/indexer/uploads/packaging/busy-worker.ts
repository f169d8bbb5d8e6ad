import { appendFileSync } from 'node:fs';
import type { ToWorker } from '../../../../indexer/uploads/packaging/worker/messages.ts';

/** A worker that a file keeps busy for ever: it writes its number beside the file, and is not heard of again. */
process.on('message', (message: ToWorker) => {
  if (message.kind === 'package') appendFileSync(`${message.job.path}.pid`, `${process.pid}\n`);
  for (;;);
});
