import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What an answer becomes on its way; `null`: what it is. */
export type Change = (path: string, bytes: Buffer) => Uint8Array | string | null;

/** A line to a host, which can be cut and mended, and on which answers can be changed. */
export interface Line {
  readonly url: string;
  /** Where the host listens. */
  port: number;
  isCut: boolean;
  change: Change;
  close(): Promise<void>;
}

export async function startLine(): Promise<Line> {
  const server = createServer(async (asked, answer) => {
    if (line.isCut) return asked.socket.destroy();
    const { method, url: path = '', headers } = asked;
    const onward = request({ host: '127.0.0.1', port: line.port, method, path, headers, agent: false });
    onward.on('error', () => answer.destroy());
    onward.on('response', async (said) => {
      const bytes = await buffer(said);
      if (line.isCut) return answer.destroy();
      const body = (said.statusCode === 200 && line.change(path, bytes)) || bytes;
      const { 'content-length': _, 'transfer-encoding': __, ...kept } = said.headers;
      answer.writeHead(said.statusCode ?? 502, kept).end(method === 'HEAD' ? undefined : body);
    });
    asked.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const line: Line = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    port: 0,
    isCut: false,
    change: () => null,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return line;
}
