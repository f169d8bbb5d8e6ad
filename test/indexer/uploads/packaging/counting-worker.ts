import { appendFileSync } from 'node:fs';
import type { FromWorker, ToWorker } from '../../../../indexer/uploads/packaging/worker/messages.ts';
import '../../../../indexer/uploads/packaging/worker/worker-main.ts';

/** The worker, which notes each piece that it sends beside the file. */
let log = '';
process.on('message', (message: ToWorker) => {
  if (message.kind === 'package') log = `${message.job.path}.sent`;
});
const send = process.send?.bind(process);
process.send = (message: FromWorker, ...rest: never[]) => {
  if (message.kind === 'chunk' || message.kind === 'entry') appendFileSync(log, '.');
  return send?.(message, ...rest) ?? false;
};
