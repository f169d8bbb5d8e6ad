import {
  type FromWorker,
  PIECE_BYTES,
  type ToWorker,
} from '../../../../indexer/uploads/packaging/worker/messages.ts';

/** A worker whose packaging has no end. */
process.on('message', (message: ToWorker) => {
  const piece: FromWorker =
    message.kind === 'package'
      ? { kind: 'entry', path: 'v0/0.m4s' }
      : { kind: 'chunk', bytes: new Uint8Array(PIECE_BYTES) };
  process.send?.(piece);
});
