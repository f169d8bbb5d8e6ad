import type { CidMessage } from './cid.worker.ts';

/**
 * Computes a file's CID in a thread of its own, so that the page stays quick.
 * @param onProgress bytes read so far.
 */
export function computeCid(
  file: File,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const worker = new Worker(new URL('./cid.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<string>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    worker.onerror = ({ message }) => reject(new Error(message || 'The CID could not be computed.'));
    worker.onmessage = ({ data }: MessageEvent<CidMessage>) => {
      if ('bytes' in data) onProgress(data.bytes);
      else if ('cid' in data) resolve(data.cid);
      else reject(new Error(data.error));
    };
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
