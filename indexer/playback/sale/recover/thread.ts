// The thread of recover-thread.ts: for each signature the key, or zeros.
import { parentPort } from 'node:worker_threads';
import { KEY_BYTES, openPublicKeyOf, SIGNED_BYTES } from './public-key.ts';

const publicKeyOf = await openPublicKeyOf();

parentPort?.on('message', (signed: Uint8Array) => {
  const count = signed.length / SIGNED_BYTES;
  const keys = new Uint8Array(count * KEY_BYTES);
  for (let nth = 0; nth < count; nth += 1) {
    const key = publicKeyOf(signed.subarray(nth * SIGNED_BYTES, (nth + 1) * SIGNED_BYTES));
    if (key) keys.set(key, nth * KEY_BYTES);
  }
  parentPort?.postMessage(keys);
});
