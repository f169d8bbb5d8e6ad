import { expect } from 'chai';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import { call, createFailoverRpc, createProviderRpc, type Rpc } from '../../../indexer/rpc/rpc.ts';
import { rejected } from '../../rejection.ts';
import { type Node, startNode } from '../sync/node.ts';

describe('createProviderRpc()', () => {
  let node: Node;
  before(async () => {
    node = await startNode();
  });
  after(() => node.close());

  it('answers from the chain in process, in order', async () => {
    const results = await createProviderRpc(node.provider).batch([
      { method: 'eth_chainId', params: [] },
      { method: 'eth_getBlockByNumber', params: ['0x99', false] },
    ]);
    expect(results).to.deep.equal(['0x7a69', null]);
  });

  it('sorts the errors of the chain', async () => {
    const error = await rejected(call(createProviderRpc(node.provider), 'eth_nonsense', []), RpcError);
    expect([error.fault, error.method, error.retryable]).to.deep.equal([
      'unsupported',
      'eth_nonsense',
      false,
    ]);
  });
});

describe('createFailoverRpc()', () => {
  function client(name: string, fault: RpcError | null): Rpc & { asked: number; fault: RpcError | null } {
    return {
      asked: 0,
      fault,
      async batch() {
        this.asked += 1;
        if (this.fault) throw this.fault;
        return [name];
      },
    };
  }
  const down = new RpcError('unreachable', 'm', 'down');

  it('fails with the last error when no client answers', async () => {
    const late = new RpcError('timeout', 'm', 'late');
    const rpc = createFailoverRpc([client('a', down), client('b', late)]);
    expect(await rejected(call(rpc, 'm', []), RpcError)).to.equal(late);
  });

  it('goes to the next client and stays there', async () => {
    const [a, b] = [client('a', down), client('b', null)];
    const rpc = createFailoverRpc([a, b]);
    expect(await call(rpc, 'm', [])).to.equal('b');
    expect(await call(rpc, 'm', [])).to.equal('b');
    expect([a.asked, b.asked]).to.deep.equal([1, 2]);
  });

  it('comes back to the first client when the second fails', async () => {
    const [a, b] = [client('a', down), client('b', null)];
    const rpc = createFailoverRpc([a, b]);
    await call(rpc, 'm', []);
    a.fault = null;
    b.fault = down;
    expect(await call(rpc, 'm', [])).to.equal('a');
  });

  for (const fault of ['refused', 'too-much'] as const) {
    it(`takes "${fault}" for an answer`, async () => {
      const [a, b] = [client('a', new RpcError(fault, 'm', 'no')), client('b', null)];
      expect((await rejected(call(createFailoverRpc([a, b]), 'm', []), RpcError)).fault).to.equal(fault);
      expect(b.asked).to.equal(0);
    });
  }
});
