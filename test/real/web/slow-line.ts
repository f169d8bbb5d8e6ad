import { once } from 'node:events';
import { createServer, request } from 'node:http';

/** A line to a host that is far away: what lies behind the first bytes of a file stays on its way until the host is gone. */
export interface SlowLine {
  url: string;
  /** Where the host listens; it may come back elsewhere. */
  port: number;
  close(): Promise<void>;
}

export async function startSlowLine(linePort: number, port: number, firstBytes: number): Promise<SlowLine> {
  const line = { url: `http://127.0.0.1:${linePort}`, port };
  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    const onward = request({ host: '127.0.0.1', port: line.port, method, path, headers, agent: false });
    onward.on('response', (said) => {
      answer.writeHead(said.statusCode ?? 502, said.headers);
      const [, begin = '0'] = /^bytes (\d+)-/.exec(said.headers['content-range'] ?? '') ?? [];
      let left = Math.max(0, firstBytes - Number(begin));
      answer.flushHeaders();
      said.on('data', (bytes: Buffer) => {
        answer.write(bytes.subarray(0, left));
        left -= Math.min(left, bytes.length);
        // The rest stays where it is: neither read nor lost.
        if (left === 0) said.pause();
      });
      said.on('end', () => answer.end());
      said.on('error', () => answer.destroy());
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  server.listen(linePort, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(line, {
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}
