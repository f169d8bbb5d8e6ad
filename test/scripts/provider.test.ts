import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { SteadyProvider } from '../../scripts/lib/provider.ts';

describe('scripts: SteadyProvider', () => {
  let server: Server;
  let provider: SteadyProvider;
  let lose = 0;
  let asked = 0;

  beforeEach(async () => {
    asked = 0;
    server = createServer((request, response) => {
      asked += 1;
      if (asked <= lose) request.socket.destroy();
      else response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: '0x2a' }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    provider = new SteadyProvider(`http://127.0.0.1:${port}`, 31337, {
      staticNetwork: true,
      batchMaxCount: 1,
    });
  });
  afterEach(async () => {
    provider.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('gives up when every connection is lost', async () => {
    lose = 9;
    const error = await provider.send('eth_blockNumber', []).catch((caught) => caught);
    expect(error.code).to.equal('ECONNRESET');
    expect(asked).to.equal(3);
  });

  it('asks again on a new connection when one was lost', async () => {
    lose = 2;
    expect(await provider.send('eth_blockNumber', [])).to.equal('0x2a');
    expect(asked).to.equal(3);
  });
});
