import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider whose line stops after the first bytes of a video, and then dies. */
export interface SlowProvider {
  url: string;
  /** Cuts every connection and takes no more. */
  die(): Promise<void>;
}

export async function startSlowProvider(path: string, firstBytes: number): Promise<SlowProvider> {
  const video = readFileSync(path);
  const server = createServer((request, response) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(206, {
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
      'content-range': `bytes ${from}-${video.length - 1}/${video.length}`,
      'content-length': video.length - from,
    });
    response.write(video.subarray(from, Math.max(from, firstBytes)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/video.mp4`,
    async die() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
