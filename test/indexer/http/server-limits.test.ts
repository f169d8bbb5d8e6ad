import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { ServerLimits } from '../../../indexer/http/server/limits.ts';
import { listen, type RunningServer } from '../../../indexer/http/server/listen.ts';

const DEADLINE_MS = 5_000;
const WINDOW_MS = 60;

/** What came over a connection until it was closed; rejects at the deadline. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  socket.on('error', () => undefined); // being cut off is the point
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  const late = delay(DEADLINE_MS, 'late', { ref: false });
  if (!socket.closed && (await Promise.race([closed, late])) === 'late')
    expect.fail(`it stays open: ${text}`);
  return text;
}

/** Sends a few bytes again and again until the other side closes. */
function trickle(socket: Socket, bytes: string): void {
  const timer = setInterval(() => socket.write(bytes), WINDOW_MS / 6);
  socket.once('close', () => clearInterval(timer));
}

describe('listen(), what one client can take:', () => {
  let server: RunningServer;
  const sockets: Socket[] = [];

  async function start(limits: Partial<ServerLimits>, app: RequestListener = answerWithBody): Promise<void> {
    server = await listen(app, { host: '127.0.0.1', port: 0 }, limits);
  }
  async function open(): Promise<Socket> {
    const socket = connect(server.port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }
  async function answerTo(bytes: string): Promise<string> {
    const socket = await open();
    socket.write(bytes);
    return untilClosed(socket);
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close();
  });

  /** A problem on a connection that is closed after it. */
  function expectRefusal(text: string, status: number, code: string): void {
    const [head = '', body = '{}'] = text.split('\r\n\r\n');
    expect(head).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).to.match(/\r\nContent-Type: application\/problem\+json\r\n/i);
    expect(head).to.match(/\r\nConnection: close(\r\n|$)/i);
    expect(JSON.parse(body)).to.include({ status, code, type: `/docs/problems#${code}` });
  }

  it('connections beyond the most at once are 429', async () => {
    await start({ maxConnections: 2 });
    await open();
    await open();
    const text = await answerTo('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expectRefusal(text, 429, 'too_many_connections');
  });

  it('headers that are too large are 431', async () => {
    await start({ maxHeaderBytes: 2_048 });
    const text = await answerTo(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(2_048)}\r\n\r\n`);
    expectRefusal(text, 431, 'headers_too_large');
  });

  it('too many headers are 431, as many as allowed are not', async () => {
    await start({ maxHeaders: 40 });
    const request = (count: number) => {
      const more = Array.from({ length: count - 2 }, (_, index) => `X-${index}: y\r\n`).join('');
      return `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`;
    };
    expect(await answerTo(request(40))).to.match(/^HTTP\/1\.1 200 /);
    expectRefusal(await answerTo(request(41)), 431, 'headers_too_large');
  });

  it('bytes that are no HTTP are 400', async () => {
    await start({});
    expectRefusal(await answerTo('\x16\x03\x01 hello\r\n\r\n'), 400, 'malformed_request');
  });

  it('headers that trickle are 408', async () => {
    await start({ headersMs: 2 * WINDOW_MS });
    const socket = await open();
    socket.write('GET / HTTP/1.1\r\n');
    trickle(socket, 'X-Slow: y\r\n');
    expectRefusal(await untilClosed(socket), 408, 'request_timeout');
  });

  it('a body that trickles is 408, and what reads it is told', async () => {
    const reading = Promise.withResolvers<boolean>();
    await start({ slowestBody: { bytes: 1_000, windowMs: WINDOW_MS } }, (req) => {
      req.resume().once('close', () => reading.resolve(req.complete));
    });
    const socket = await open();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    trickle(socket, 'x');
    expectRefusal(await untilClosed(socket), 408, 'request_timeout');
    expect(await reading.promise).to.equal(false);
  });

  it('a body without announced length that trickles is 408', async () => {
    await start({ slowestBody: { bytes: 1_000, windowMs: WINDOW_MS } }, (req) => void req.resume());
    const socket = await open();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    trickle(socket, '1\r\nx\r\n');
    expectRefusal(await untilClosed(socket), 408, 'request_timeout');
  });

  it('a body that trickles after the head of its answer is cut off', async () => {
    await start({ slowestBody: { bytes: 1_000, windowMs: WINDOW_MS } }, (req, res) => {
      req.resume();
      res.writeHead(200).write('half');
    });
    const socket = await open();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    trickle(socket, 'x');
    expect(await untilClosed(socket)).to.match(/^HTTP\/1\.1 200 [\s\S]*half\r\n$/);
  });

  for (const [what, size] of [
    ['takes no more', 1_000_000],
    ['has it all', 1_000],
  ] as const) {
    it(`a body is not called slow while the host ${what}`, async () => {
      const busy = async (req: IncomingMessage, res: ServerResponse) => {
        await delay(4 * WINDOW_MS);
        answerWithBody(req, res);
      };
      const slowestBody = { bytes: 1_000_000, windowMs: WINDOW_MS };
      await start({ slowestBody }, (req, res) => void busy(req, res));
      const head = `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`;
      const text = await answerTo(head + 'x'.repeat(size));
      expect(text).to.match(new RegExp(`^HTTP/1\\.1 200 [\\s\\S]*\r\n${size}$`));
    });
  }

  it('a request that takes longer than any may is 408, however steady', async () => {
    await start({ requestMs: 3 * WINDOW_MS, headersMs: 2 * WINDOW_MS }, (req) => void req.resume());
    const socket = await open();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    trickle(socket, 'x'.repeat(100));
    expectRefusal(await untilClosed(socket), 408, 'request_timeout');
  });

  it('a body that goes on after its answer is cut off', async () => {
    await start({ lingerMs: WINDOW_MS }, (_req, res) => void res.writeHead(401).end());
    const socket = await open();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    trickle(socket, 'x'.repeat(100));
    expect(await untilClosed(socket)).to.match(/^HTTP\/1\.1 401 /);
  });

  it('a connection on which nothing moves is closed', async () => {
    await start({ silenceMs: WINDOW_MS });
    expect(await untilClosed(await open())).to.equal('');
  });
});

/** Says how many bytes the body had. */
function answerWithBody(req: IncomingMessage, res: ServerResponse): void {
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  req.once('end', () => res.end(String(bytes)));
}
