import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE_SIZE = 24;

function plainPage(videos: number): string {
  const card = (at: number) =>
    `<li><img loading="lazy" decoding="async" src="/pictures/${at}.jpg" alt=""><h2>Video number ${at}</h2>`;
  return `<!doctype html><title>plain</title><style>
    ul { display: grid; grid-template-columns: repeat(4, 1fr); gap: 20px; list-style: none }
    li { height: 320px; content-visibility: auto; contain-intrinsic-size: auto 320px }
    img { width: 100%; height: 160px; object-fit: cover }
  </style><ul>${Array.from({ length: videos }, (_, at) => card(at)).join('')}</ul>`;
}

/**
 * Stands before a host and passes on what it says, but for its catalogue, which has so many videos more, each with a picture of its own.
 * At `/plain` stand as many cards, all at once and without a script: the least that a browser has to draw.
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
    if (pathname === '/plain') return res.setHeader('content-type', 'text/html').end(plainPage(videos));
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
