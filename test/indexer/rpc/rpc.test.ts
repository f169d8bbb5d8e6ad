import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import { HttpRpc } from '../../../indexer/rpc/http.ts';
import { call, type Rpc } from '../../../indexer/rpc/rpc.ts';
import { rejected } from '../../rejection.ts';

interface Request {
  id: number;
  method: string;
  params: unknown[];
}

type Answer = (body: Request | Request[], response: ServerResponse) => void;

const echo = ({ id, method, params }: Request) => ({ jsonrpc: '2.0', id, result: { method, params } });
const both = (body: Request | Request[]) => (Array.isArray(body) ? body.map(echo) : echo(body));

describe('HttpRpc', () => {
  let server: Server;
  let url: string;
  let answer: Answer;
  let bodies: (Request | Request[])[];

  beforeEach(async () => {
    bodies = [];
    server = createServer(async (request: IncomingMessage, response) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
      bodies.push(body);
      answer(body, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/secret-key`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const failing = (rpc: Rpc, method = 'eth_x') => rejected(call(rpc, method, []), RpcError);

  it('fails as "unreachable" when nobody listens, without telling the key in the address', async () => {
    await new Promise((resolve) => server.close(resolve));
    const error = await failing(new HttpRpc({ url }));
    expect(error.fault).to.equal('unreachable');
    expect(error.message).to.match(/^eth_x: 127\.0\.0\.1:\d+ can't be reached$/);
    expect(error.message).not.to.include('secret-key');
    expect(error.cause).to.be.instanceOf(Error);
  });

  it('fails as "timeout" when the endpoint hangs', async () => {
    answer = () => {};
    const error = await failing(new HttpRpc({ url, timeoutMs: 50 }));
    expect(error.fault).to.equal('timeout');
    expect(error.message).to.match(/^eth_x: 127\.0\.0\.1:\d+ gives no answer within 50 ms$/);
  });

  it("rejects with the signal's reason when the caller gives up", async () => {
    const giving = new AbortController();
    answer = () => giving.abort(new RangeError('enough'));
    const error = await rejected(call(new HttpRpc({ url }), 'eth_x', [], giving.signal), RangeError);
    expect(error.message).to.equal('enough');
  });

  for (const [status, fault] of [
    [429, 'rate-limited'],
    [413, 'too-much'],
    [504, 'timeout'],
    [502, 'unreachable'],
  ] as const) {
    it(`fails as "${fault}" for HTTP ${status} with a page of HTML`, async () => {
      answer = (_, response) => response.writeHead(status).end('<html>');
      expect((await failing(new HttpRpc({ url }))).fault).to.equal(fault);
    });
  }

  it("reads the node's error out of an HTTP 400", async () => {
    const error = { code: -32602, message: 'eth_getLogs is limited to a 1,000 range' };
    answer = (_, response) => response.writeHead(400).end(JSON.stringify({ jsonrpc: '2.0', id: 1, error }));
    const { fault, answer: told } = await failing(new HttpRpc({ url }));
    expect([fault, told?.code]).to.deep.equal(['too-much', -32602]);
  });

  it('fails as "unreachable" for an answer without a result', async () => {
    answer = (_, response) => response.end('{"jsonrpc":"2.0","id":1}');
    expect((await failing(new HttpRpc({ url }))).fault).to.equal('unreachable');
  });

  it('takes null for a result', async () => {
    answer = (_, response) => response.end('{"jsonrpc":"2.0","id":1,"result":null}');
    expect(await call(new HttpRpc({ url }), 'eth_x', [])).to.equal(null);
  });

  it('sends batches of at most batchSize and puts answers in the order of the calls', async () => {
    answer = (body, response) => response.end(JSON.stringify([both(body)].flat().reverse()));
    const calls = [1, 2, 3, 4, 5].map((n) => ({ method: `m${n}`, params: [n] }));
    const results = await new HttpRpc({ url, batchSize: 2 }).batch(calls.slice(0, 4));
    expect(results).to.deep.equal(calls.slice(0, 4));
    expect(bodies.map((body) => [body].flat().length)).to.deep.equal([2, 2]);
  });

  it('fails whole when one call of a batch fails', async () => {
    answer = (body, response) => {
      const [first, second] = [body].flat();
      const error = { code: -32000, message: 'header not found' };
      response.end(
        JSON.stringify([
          { id: first?.id, result: 1 },
          { id: second?.id, error },
        ]),
      );
    };
    const both = new HttpRpc({ url }).batch([
      { method: 'a', params: [] },
      { method: 'b', params: [] },
    ]);
    const error = await rejected(both, RpcError);
    expect([error.fault, error.method]).to.deep.equal(['lagging', 'b']);
  });

  it('goes on with single requests where batches are refused', async () => {
    answer = (body, response) =>
      response.end(
        JSON.stringify(
          Array.isArray(body)
            ? { id: null, error: { code: -32600, message: 'batches are not allowed' } }
            : echo(body),
        ),
      );
    const rpc = new HttpRpc({ url });
    const calls = ['a', 'b'].map((method) => ({ method, params: [] }));
    expect(await rpc.batch(calls)).to.deep.equal(calls);
    await rpc.batch(calls);
    expect(bodies.filter(Array.isArray).length).to.equal(1);
  });

  it('does not take a rate limit for a refusal of batches', async () => {
    const error = { code: 429, message: 'too many requests' };
    answer = (_, response) => response.end(JSON.stringify({ id: null, error }));
    const calls = ['a', 'b'].map((method) => ({ method, params: [] }));
    const rpc = new HttpRpc({ url });
    expect((await rejected(rpc.batch(calls), RpcError)).fault).to.equal('rate-limited');
    // A single call is tried once before a limit is believed; the next batch is one again.
    expect(bodies.map((body) => [body].flat().length)).to.deep.equal([2, 1]);
    answer = (body, response) => response.end(JSON.stringify(both(body)));
    await rpc.batch(calls);
    expect([bodies.at(-1)].flat().length).to.equal(2);
  });

  describe('an endpoint that takes no batches, and says so', () => {
    const error = (code: number, message: string) => JSON.stringify({ id: null, error: { code, message } });
    const refusals: [string, Answer][] = [
      [
        'as a limit (Besu)',
        (_, response) => response.end(error(-32005, 'Number of requests exceeds max batch size')),
      ],
      ['as an invalid request', (_, response) => response.end(error(-32600, 'too many requests in batch'))],
      ['by dropping the connection', (_, response) => response.destroy()],
      ['by a page of HTML', (_, response) => response.writeHead(403).end('<html>')],
      [
        'in each of its answers',
        (body, response) =>
          response.end(
            JSON.stringify(
              [body].flat().map(({ id }) => ({ id, error: { code: 31, message: 'batch of more than 3' } })),
            ),
          ),
      ],
    ];
    for (const [how, refuse] of refusals) {
      it(`${how}, is asked call by call`, async () => {
        answer = (body, response) =>
          Array.isArray(body) ? refuse(body, response) : response.end(JSON.stringify(echo(body)));
        const rpc = new HttpRpc({ url });
        const calls = [1, 2, 3, 4].map((n) => ({ method: `m${n}`, params: [n] }));
        expect(await rpc.batch(calls)).to.deep.equal(calls);
        bodies.length = 0;
        expect(await rpc.batch(calls)).to.deep.equal(calls);
        expect(bodies.filter(Array.isArray)).to.deep.equal([]);
      });
    }

    it('above a size of its own, is sent batches that it takes', async () => {
      answer = (body, response) =>
        Array.isArray(body) && body.length > 5
          ? response.end(error(-32005, 'Number of requests exceeds max batch size'))
          : response.end(JSON.stringify(both(body)));
      const rpc = new HttpRpc({ url, batchSize: 16 });
      const calls = Array.from({ length: 32 }, (_, n) => ({ method: `m${n}`, params: [n] }));
      expect(await rpc.batch(calls)).to.deep.equal(calls);
      bodies.length = 0;
      expect(await rpc.batch(calls)).to.deep.equal(calls);
      expect(bodies.map((body) => [body].flat().length)).to.deep.equal(Array(8).fill(4));
    });
  });

  it('does not believe the answer to another request', async () => {
    answer = (body, response) => response.end(JSON.stringify({ ...echo(body as Request), id: 999 }));
    expect((await failing(new HttpRpc({ url }))).fault).to.equal('unreachable');
  });

  it('asks again, twice, on a new connection where one was lost', async () => {
    let lost = 2;
    answer = (body, response) =>
      lost-- > 0 ? response.destroy() : response.end(JSON.stringify(echo(body as Request)));
    expect(await call(new HttpRpc({ url }), 'eth_x', [1])).to.deep.equal({ method: 'eth_x', params: [1] });
    lost = 9;
    bodies.length = 0;
    expect((await failing(new HttpRpc({ url }))).fault).to.equal('unreachable');
    expect(bodies.length).to.equal(3);
  });

  it('sends credentials of the address as a header', async () => {
    let authorization: string | undefined;
    server.prependListener('request', (request: IncomingMessage) => {
      authorization = request.headers.authorization;
    });
    answer = (body, response) => response.end(JSON.stringify(echo(body as Request)));
    await call(new HttpRpc({ url: url.replace('//', '//me:pass%20word@') }), 'eth_x', []);
    expect(authorization).to.equal(`Basic ${btoa('me:pass word')}`);
  });

  it('an error repeats no call data, where a signature may stand, but names hashes', async () => {
    const [hash, signature] = [`0x${'ab'.repeat(32)}`, 'cd'.repeat(65)];
    const message = `nothing at ${hash} for {"data":"0x1626ba7e${signature}"}, signed ${signature}`;
    answer = (_, response) => response.end(JSON.stringify({ id: 1, error: { code: -32000, message } }));
    const text = inspect(await failing(new HttpRpc({ url })), { depth: null, showHidden: true });
    expect(text).to.include(hash).and.to.include('0x1626ba7e…');
    expect(text).to.not.include('cd'.repeat(8));
  });

  describe('an error tells nothing of the address but the host', () => {
    const failures: [string, Answer][] = [
      ['when the endpoint limits', (_, response) => response.writeHead(429).end('<html>')],
      [
        'when the endpoint names the key itself',
        (_, response) =>
          response.end(
            JSON.stringify({ id: 1, error: { code: -32000, message: 'project secret-key is over' } }),
          ),
      ],
      ['when the connection is lost', (_, response) => response.destroy()],
      ['when the endpoint hangs', () => {}],
    ];
    for (const [when, fail] of failures) {
      it(when, async () => {
        answer = fail;
        const address = url.replace('//', '//user-of-it:password-of-it@').concat('?apikey=another-key');
        const error = await failing(new HttpRpc({ url: address, timeoutMs: 100 }));
        expect(inspect(error, { depth: null, showHidden: true })).not.to.match(
          /secret-key|user-of-it|password-of-it|another-key/,
        );
      });
    }
  });
});
