import type { lookup } from 'node:dns';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createReach, NotReached } from '../../../../indexer/playback/probes/reach.ts';
import { rejected } from '../../../rejection.ts';

describe('asking an address that a stranger has named', () => {
  let server: Server;
  let port: number;
  let connections: number;
  let answer: (res: ServerResponse) => void;
  beforeEach(async () => {
    connections = 0;
    answer = (res) => void res.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
    server = createServer((_, res) => answer(res)).on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Names that lead where whoever owns them says. */
  const resolving = (...addresses: string[]) =>
    ((_name: string, options: object, done: (error: null, found: object[]) => void) => {
      expect(options).to.include({ all: true });
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as unknown as typeof lookup;
  const refused = async (
    url: string,
    more: Partial<Parameters<typeof createReach>[0]> = {},
    maxBytes = 100,
  ) => (await rejected(createReach({ allowsPrivate: false, ...more })(url, { maxBytes }), NotReached)).reason;

  it('connects to no address that is not public, however it is spelt, and whatever a name resolves to', async () => {
    const spelt = [
      '127.0.0.1',
      '127.1',
      '0x7f000001',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      'a.localhost',
      '10.0.0.1',
      '169.254.169.254',
    ];
    for (const host of spelt) expect(await refused(`http://${host}:${port}/`)).to.equal('not_public');
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '192.168.0.1', '169.254.169.254']) {
      expect(await refused(`http://cheat.example.org:${port}/`, { resolve: resolving(address) })).to.equal(
        'not_public',
      );
    }
    expect(connections).to.equal(0);
  });

  it('connects there on a chain of one’s own', async () => {
    const reach = createReach({ allowsPrivate: true });
    const { status, bytes, header } = await reach(`http://localhost:${port}/`, { maxBytes: 100 });
    expect([status, Buffer.from(bytes).toString(), header('content-type')]).to.deep.equal([
      200,
      'hello',
      'text/plain',
    ]);
  });

  it('asks by http alone, and shows no credentials', async () => {
    for (const url of [
      'ftp://example.org/',
      'file:///etc/passwd',
      'nonsense',
      `http://me:secret@127.0.0.1:${port}/`,
    ])
      expect(await refused(url, { allowsPrivate: true })).to.equal('unreachable');
    expect(connections).to.equal(0);
  });

  it('follows nobody elsewhere', async () => {
    answer = (res) => void res.writeHead(307, { location: `http://127.0.0.1:${port}/again` }).end();
    expect(await refused(`http://127.0.0.1:${port}/`, { allowsPrivate: true })).to.equal('redirects');
    expect(connections).to.equal(1);
  });

  it('reads no more than it wants to, and waits for nobody longer', async () => {
    const endless = (res: ServerResponse) => {
      res.writeHead(200);
      const more = () => void (res.destroyed || res.write(Buffer.alloc(65_536), more));
      more();
    };
    answer = endless;
    const url = `http://127.0.0.1:${port}/`;
    expect(await refused(url, { allowsPrivate: true })).to.equal('too_large');
    const cut = await createReach({ allowsPrivate: true })(url, { maxBytes: 100, isCut: true });
    expect(cut.bytes.length).to.equal(100);
    answer = (res) => void res.writeHead(200).write('x');
    expect(await refused(url, { allowsPrivate: true, timeoutMs: 50 })).to.equal('timed_out');
    answer = () => undefined;
    expect(await refused(url, { allowsPrivate: true, timeoutMs: 50 })).to.equal('timed_out');
  });

  it('waits for nobody who switches protocols, announces without end, or sends byte by byte', async () => {
    const url = `http://127.0.0.1:${port}/`;
    const all = { allowsPrivate: true, timeoutMs: 5_000 };
    const saying = (text: string) => (res: ServerResponse) => void res.socket?.write(text);
    answer = saying('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    expect(await refused(url, all)).to.equal('unreachable');
    answer = saying('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100));
    expect(await refused(url, all)).to.equal('unreachable');
    const bytes = '1\r\na\r\n'.repeat(20_000);
    answer = saying(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${bytes}`);
    expect(await refused(url, all, 1024 ** 2)).to.equal('too_large');
  });

  it('says that nobody answers', async () => {
    answer = (res) => void res.destroy();
    expect(await refused(`http://127.0.0.1:${port}/`, { allowsPrivate: true })).to.equal('unreachable');
    answer = (res) => {
      res.writeHead(200, { 'content-length': '50' }).write('x', () => res.destroy());
    };
    expect(await refused(`http://127.0.0.1:${port}/`, { allowsPrivate: true })).to.equal('unreachable');
  });
});
