import { pipeline, Transform } from 'node:stream';
import type { Source } from './file-source.ts';

const EVERY_MS = 5000;

/** The same bytes; prints every few seconds how many have come, since a large file takes long. */
export function toldSource(source: Source, say: (line: string) => void, everyMs = EVERY_MS): Source {
  let bytes = 0;
  const content = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const telling = setInterval(() => say(howFar(bytes, source.sizeBytes)), everyMs).unref();
  pipeline(source.content, content, () => clearInterval(telling));
  return { ...source, content };
}

function howFar(bytes: number, of: number | undefined): string {
  const part = of ? ` (${Math.floor((100 * bytes) / of)} %)` : '';
  return `  ${bytes.toLocaleString('en')} bytes${part}`;
}
