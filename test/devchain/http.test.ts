import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { BrowserProvider, JsonRpcProvider, Wallet } from 'ethers';
import { PortTaken } from '../../devchain/errors.ts';
import { writeMethods } from '../../devchain/methods/writes.ts';
import { createWritingPages } from '../../devchain/server/pages.ts';
import { isOwnHost } from '../../indexer/lib/host-header.ts';
import { rejection } from '../rejection.ts';
import { newTestChain, removeTestChains, type TestChain } from './support.ts';

describe('the development chain over HTTP', () => {
  let chain: TestChain;

  beforeEach(async () => {
    chain = await newTestChain();
    await chain.start();
  });
  afterEach(removeTestChains);

  it('says which port is taken and which variable changes it', async () => {
    const other = await newTestChain();
    const error = await rejection(other.start({ port: chain.devnet.port }));
    expect(error).to.be.instanceOf(PortTaken);
    expect(error).to.include({ port: chain.devnet.port, variable: 'DEVNET_PORT' });
    expect(error.message).to.include(`Port ${chain.devnet.port}`).and.include('DEVNET_PORT');
  });

  it('refuses a name that is not its own, as DNS rebinding would bring', async () => {
    const answer = await post('{}', { host: 'evil.example:8545' });
    expect(answer).to.include({ status: 403 });
  });

  it('knows its own names', () => {
    for (const own of ['127.0.0.1:8545', 'localhost', '[::1]:8545', 'chain.localhost:1', 'Box:8545']) {
      expect(isOwnHost(own, 'box'), own).to.equal(true);
    }
    for (const foreign of [undefined, '', 'box.example', 'localhost.example:8545', '127.0.0.1.example']) {
      expect(isOwnHost(foreign, 'box'), foreign).to.equal(false);
    }
  });

  it('answers 405 to anything but POST, 413 to a body that is too large', async () => {
    expect((await fetch(chain.devnet.url)).status).to.equal(405);
    expect(await post('x'.repeat(9 * 1024 * 1024))).to.include({ status: 413 });
  });

  for (const [name, body, code] of [
    ['no JSON', '{"jsonrpc":', -32700],
    ['no object', '7', -32600],
    ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
    ['params of a wrong kind', '{"jsonrpc":"2.0","id":1,"method":"evm_mine","params":7}', -32600],
    ['an empty batch', '[]', -32600],
    ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"evm_wish"}', -32601],
  ] as const) {
    it(`answers ${name} with code ${code}`, async () => {
      const { body: answer } = await post(body);
      expect(JSON.parse(answer)).to.have.nested.property('error.code', code);
    });
  }

  it('answers a batch in its order, with its ids, and no notification', async () => {
    const { body } = await post(
      JSON.stringify([
        { jsonrpc: '2.0', id: 'a', method: 'eth_chainId' },
        { jsonrpc: '2.0', method: 'evm_mine' },
        { jsonrpc: '2.0', id: 2, method: 'evm_wish' },
        5,
      ]),
    );
    expect(JSON.parse(body)).to.deep.equal([
      { jsonrpc: '2.0', id: 'a', result: '0x7a69' },
      { jsonrpc: '2.0', id: 2, error: { code: -32601, message: 'Method evm_wish not found' } },
      { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'Not a JSON-RPC 2.0 request' } },
    ]);
    expect(await chain.rpc('eth_blockNumber')).to.equal('0x1');
  });

  it('answers a lone notification with nothing', async () => {
    expect(await post('{"jsonrpc":"2.0","method":"evm_mine"}')).to.deep.include({ status: 204, body: '' });
  });

  describe('asked by a page', () => {
    const FOREIGN = [
      'http://evil.example',
      'null',
      'http://localhost:5173',
      'https://localhost:8000',
      'garbage',
    ];
    const OWN = [
      'http://localhost:8000',
      'http://127.0.0.1:8000',
      'http://[::1]:8000',
      'http://host.localhost:8000',
    ];
    const NAMED = ['https://app.example', 'chrome-extension://abcdef', 'moz-extension://1-2-3'];
    beforeEach(async () => {
      const pages = createWritingPages(['https://app.example']);
      pages.servedAt(8000);
      await chain.restart({ pages });
    });

    const asked = async (origin: string, body: string, type: string) =>
      await post(body, { origin, 'content-type': type });
    const call = (method: string) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] });

    for (const origin of FOREIGN) {
      it(`of ${origin}, changes nothing by any method, alone or in a batch, whatever it calls the body`, async () => {
        const before = await readFile(chain.journal, 'utf8');
        for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
          const batch = [...writeMethods, 'debug_traceCall', 'hardhat_reset'].map(call);
          for (const text of [...batch, `[${batch}]`]) {
            const { body } = await asked(origin, text, type);
            for (const { error } of [JSON.parse(body)].flat())
              expect(error, text).to.have.property('code', 4100);
          }
        }
        expect(await readFile(chain.journal, 'utf8')).to.equal(before);
        const { body } = await asked(origin, call('eth_blockNumber'), 'text/plain');
        expect(JSON.parse(body).result).to.equal('0x0');
      });
    }

    it('of another site, gets nowhere by another verb or a websocket', async () => {
      const before = await readFile(chain.journal, 'utf8');
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const more = method === 'GET' ? {} : { body: call('evm_mine') };
        const { status } = await fetch(chain.devnet.url, {
          method,
          headers: { origin: 'http://evil.example' },
          ...more,
        });
        expect(status, method).to.equal(405);
      }
      const socket = new WebSocket(chain.devnet.url.replace('http', 'ws'));
      await once(socket, 'error');
      expect(await readFile(chain.journal, 'utf8')).to.equal(before);
    });

    for (const origin of [...OWN, ...NAMED]) {
      it(`of ${origin}, writes`, async () => {
        const { body } = await asked(origin, call('evm_mine'), 'application/json');
        expect(JSON.parse(body)).to.have.property('result', '0');
        expect(await chain.rpc('eth_blockNumber')).to.equal('0x1');
      });
    }
  });

  it('lets pages of any origin in, also from a public site', async () => {
    const preflight = await fetch(chain.devnet.url, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost:3000',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
        'Access-Control-Request-Private-Network': 'true',
      },
    });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get('access-control-allow-origin')).to.equal('*');
    expect(preflight.headers.get('access-control-allow-headers')).to.equal('*');
    expect(preflight.headers.get('access-control-allow-private-network')).to.equal('true');
  });

  it('takes a payment of an ethers wallet with a plain key', async () => {
    const provider = new JsonRpcProvider(chain.devnet.url, undefined, { cacheTimeout: -1 });
    try {
      const [payer, payee] = chain.devnet.accounts;
      if (payer === undefined || payee === undefined) throw new Error('no accounts');
      const wallet = new Wallet(payer.privateKey, provider);
      const before = await provider.getBalance(payer.address);
      const sent = await wallet.sendTransaction({ to: payee.address, value: 5n });
      const receipt = await sent.wait();
      const after = await provider.getBalance(payer.address);
      expect(before - after).to.equal(5n + (receipt?.fee ?? 0n));
    } finally {
      provider.destroy();
    }
  });

  it('serves ethers in the same process without HTTP', async () => {
    const provider = new BrowserProvider(chain.devnet.provider);
    try {
      const signer = await provider.getSigner();
      const sent = await signer.sendTransaction({ to: signer.address, value: 1n });
      expect(await sent.wait()).to.include({ status: 1 });
    } finally {
      provider.destroy();
    }
  });

  function post(body: string, headers: Record<string, string> = {}) {
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sending = request(chain.devnet.url, { method: 'POST', headers }, (response) => {
        const status = response.statusCode ?? 0;
        text(response).then((received) => resolve({ status, body: received }), reject);
      });
      sending.on('error', reject);
      sending.end(body);
    });
  }
});
