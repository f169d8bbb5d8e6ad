import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { PROBE_CONNECTIONS } from '../../../indexer/http/server/connections.ts';
import { listen, type RunningServer } from '../../../indexer/http/server/listen.ts';

const MOST = { maxConnections: 8, maxConnectionsPerClient: 5 };
const ONE = '127.0.0.2';
const OTHER = '127.0.0.3';

describe('listen(), where one address takes more connections than it may:', () => {
  let server: RunningServer;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    server = await listen((req, res) => void res.end(req.url), { host: '127.0.0.1', port: 0 }, MOST);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close();
  });

  async function open(localAddress: string): Promise<Socket> {
    const socket = connect({ port: server.port, host: '127.0.0.1', localAddress });
    socket.on('error', () => undefined); // being cut off is the point
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }
  const fill = (address: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => open(address)));
  async function ask(address: string, path: string): Promise<string> {
    const socket = await open(address);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    return await text(socket).catch(() => '');
  }

  it('the others are served as before', async () => {
    await fill(ONE, 50);
    expect(await ask(OTHER, '/contents')).to.match(/^HTTP\/1\.1 200 [\s\S]*\/contents$/);
  });

  it('it is told so, and may still ask whether the host is well', async () => {
    await fill(ONE, 5);
    expect(await ask(ONE, '/contents')).to.match(/^HTTP\/1\.1 429 [\s\S]*"too_many_connections"/);
    expect(await ask(ONE, '/healthz')).to.match(/^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*\/healthz$/i);
  });

  it('more of them are closed unanswered', async () => {
    await fill(ONE, 5 + 2);
    expect(await ask(ONE, '/healthz')).to.equal('');
  });

  it('many addresses together leave room for those who watch over the host', async () => {
    for (let last = 10; last < 10 + PROBE_CONNECTIONS; last += 1) await fill(`127.0.0.${last}`, 1);
    expect(await ask(OTHER, '/readyz')).to.match(/^HTTP\/1\.1 200 /);
    expect(await ask(OTHER, '/contents')).to.match(/^HTTP\/1\.1 429 /);
  });

  it('what it closes is free again', async () => {
    const held = await fill(ONE, 5);
    for (const socket of held) socket.destroy();
    let answer = '';
    while (!answer.startsWith('HTTP/1.1 200 ')) answer = await ask(ONE, '/contents');
    expect(answer).to.match(/\/contents$/);
  });
});
