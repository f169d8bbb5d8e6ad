import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE_SIZE = 24;

/**
 * Stands before a host and passes on what it says, but for its catalogue, which has so many videos more, each with a picture of its own.
 * @param picture JPEG
 */
export async function startFront(hostUrl: string, { videos, picture }: { videos: number; picture: Buffer }) {
  const { contents } = (await (await fetch(`${hostUrl}/contents`)).json()) as { contents: object[] };
  const video = (at: number) => ({
    ...contents[at % contents.length],
    video_name: `Video number ${at}`,
    content_id: `0x${at.toString(16).padStart(64, '0')}`,
    poster: `/pictures/${at}.jpg`,
  });
  const catalogue = (query: URLSearchParams, res: ServerResponse) => {
    const from = Number(query.get('cursor') ?? 0);
    const to = Math.min(videos, from + Number(query.get('limit') ?? PAGE_SIZE));
    const shown = Array.from({ length: to - from }, (_, nth) => video(from + nth));
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ contents: shown, next_cursor: to < videos ? String(to) : null }));
  };
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', hostUrl);
    if (pathname === '/contents') return catalogue(searchParams, res);
    if (pathname.startsWith('/pictures/')) return res.setHeader('content-type', 'image/jpeg').end(picture);
    const passed = request(
      new URL(req.url ?? '/', hostUrl),
      { method: req.method, headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    passed.on('error', () => res.destroy());
    res.on('close', () => passed.destroy());
    req.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
