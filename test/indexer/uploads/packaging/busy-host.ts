import { createPackagingWorker } from '../../../../indexer/uploads/packaging/worker/packaging-worker.ts';

/** A host whose worker is busy with the file that is named for ever. */
const [path = ''] = process.argv.slice(2);
const log = { info: () => {}, warn: () => {} };
const worker = createPackagingWorker({ log, disk: null, entry: new URL('busy-worker.ts', import.meta.url) });
const secret = new Uint8Array(32);
for await (const _ of worker.package({ path, secret, previewSec: 0 }));
