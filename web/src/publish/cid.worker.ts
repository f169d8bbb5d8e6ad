import { fileCid } from './file-cid.ts';

/** A message of the worker: bytes read so far, in the end the CID or an error. */
export type CidMessage = { bytes: number } | { cid: string } | { error: string };

const say = (message: CidMessage) => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<File>) => {
  fileCid(counted(data)).then(
    (cid) => say({ cid }),
    (error: unknown) => say({ error: error instanceof Error ? error.message : String(error) }),
  );
});

async function* counted(file: File): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const reader = file.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield part.value;
    bytes += part.value.length;
    say({ bytes });
  }
}
