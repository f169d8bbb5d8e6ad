// The floor of the case `upload`, in a process of its own: node:http alone. It takes the same form, hashes the file and
// writes it to the folder of its first argument; it answers once that is on the disk.
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';

const folder = process.argv[2] ?? '';

async function keep(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const piece of content) {
      hash.update(piece);
      yield piece;
    }
  }
  // `flush` is fsync before it closes.
  await pipeline(hashed, createWriteStream(join(folder, randomUUID()), { flush: true }));
  return hash.digest('hex');
}

async function receive(req: IncomingMessage): Promise<string> {
  const form = busboy({ headers: req.headers });
  const files: Promise<string>[] = [];
  form.on('file', (_name, content) => files.push(keep(content)));
  req.pipe(form);
  await once(form, 'close');
  return JSON.stringify(await Promise.all(files));
}

const server = createServer((req, res) => {
  receive(req).then(
    (answer) => res.end(answer),
    (error) => {
      console.error(error);
      res.writeHead(500).end();
    },
  );
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
