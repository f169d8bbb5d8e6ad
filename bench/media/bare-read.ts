// The floors of the case `read`, in a process of its own: node:http and the file of its first argument alone.
// `/hashed` hashes every 256 KiB that it sends bytes of, as whoever verifies must; `/plain` does nothing of the kind.
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

const CHUNK_BYTES = 262_144;
const path = process.argv[2] ?? '';
const { size } = await stat(path);

async function sendHashed(res: ServerResponse, start: number, end: number): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const first = start - (start % CHUNK_BYTES);
  const last = Math.min(end - (end % CHUNK_BYTES) + CHUNK_BYTES, size) - 1;
  let at = first;
  for await (const chunk of createReadStream(path, { start: first, end: last, highWaterMark: CHUNK_BYTES })) {
    hash('sha256', chunk, 'buffer');
    const part = chunk.subarray(Math.max(0, start - at), end + 1 - at);
    at += chunk.length;
    if (!res.write(part)) await once(res, 'drain', { signal: gone.signal });
  }
  res.end();
}

const server = createServer((req, res) => {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '') ?? [];
  const start = Number(first ?? 0);
  const end = last ? Number(last) : size - 1;
  res.writeHead(first === undefined ? 200 : 206, {
    'Content-Length': end - start + 1,
    ...(first !== undefined && { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  });
  const sent =
    req.url === '/hashed'
      ? sendHashed(res, start, end)
      : pipeline(createReadStream(path, { start, end, highWaterMark: CHUNK_BYTES }), res);
  sent.catch(() => res.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
