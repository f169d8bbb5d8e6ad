import { expect } from 'chai';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import { createProviderRpc, type RpcCall } from '../../../indexer/rpc/rpc.ts';
import type { SourceBlock } from '../../../indexer/sync/header.ts';
import { historicalBlocks } from '../../../indexer/sync/historical.ts';
import { LogSource } from '../../../indexer/sync/log-source.ts';
import { rejected } from '../../rejection.ts';
import { createFaultyRpc, type FaultyRpc } from './faults.ts';
import { deployEmitter, emit, type Node, startNode, TOPIC } from './node.ts';

const never = new AbortController().signal;
const QUICK = { backoff: { minMs: 1, maxMs: 2, attempts: 3 } };

describe('historicalBlocks()', () => {
  let node: Node;
  let rpc: FaultyRpc;
  let source: LogSource;
  const LAST = 200;

  before(async () => {
    node = await startNode();
    const emitter = await deployEmitter(node);
    rpc = createFaultyRpc(createProviderRpc(node.provider));
    source = new LogSource({ rpc, addresses: [emitter], topics: [TOPIC] });
    for (let word = 1; word <= 20; word++) {
      await node.mine(8);
      await emit(node, emitter, word);
    }
    await node.mine(LAST - (await node.head()));
  });
  after(() => node.close());
  beforeEach(() => {
    rpc.disturb(null);
    rpc.calls.length = 0;
  });

  async function collect(from: number, options = {}): Promise<SourceBlock[]> {
    const blocks: SourceBlock[] = [];
    for await (const some of historicalBlocks(source, { from, to: LAST }, never, { ...QUICK, ...options }))
      blocks.push(...some);
    return blocks;
  }
  const words = (blocks: SourceBlock[]) =>
    blocks.flatMap((block) => block.logs.map((log) => Number(log.data)));
  const all = Array.from({ length: 20 }, (_, index) => index + 1);
  const widths = () => rpc.calls.filter((one) => one.method === 'eth_getLogs').map((one) => widthOf(one));

  it('fails when an endpoint stays down in spite of patience', async () => {
    rpc.disturb(async () => {
      throw new RpcError('unreachable', 'eth_getLogs', 'down');
    });
    expect((await rejected(collect(1), RpcError)).fault).to.equal('unreachable');
    expect(rpc.calls.length / 2).to.be.at.least(3);
  });

  it('fails when even one block is too much', async () => {
    rpc.disturb(async ({ method }, answer) => {
      if (method === 'eth_getLogs') throw new RpcError('too-much', method, 'response is too big');
      return answer();
    });
    expect((await rejected(collect(190), RpcError)).fault).to.equal('too-much');
  });

  it("stops with the signal's reason", async () => {
    const stopping = new AbortController();
    stopping.abort(new RangeError('stop'));
    const first = historicalBlocks(source, { from: 1, to: LAST }, stopping.signal, QUICK).next();
    await rejected(first, RangeError);
  });

  for (const fault of ['too-much', 'timeout'] as const) {
    it(`asks for less when a range is "${fault}", loses nothing, and asks for more again`, async () => {
      let limit = 16;
      rpc.disturb(async (one, answer) => {
        if (one.method === 'eth_getLogs' && widthOf(one) > limit) throw new RpcError(fault, one.method, 'no');
        if (Number((one.params[0] as { toBlock?: string }).toBlock) > 100) limit = 1000;
        return answer();
      });
      const blocks = await collect(1, { initialWidth: 100, inFlight: 1 });
      expect(words(blocks)).to.deep.equal(all);
      expect(widths()[0]).to.equal(100);
      expect(Math.min(...widths())).to.be.at.most(16);
      expect(widths().at(-2)).to.be.greaterThan(16);
    });
  }

  it('takes the number at once that an endpoint names, and asks for no more again', async () => {
    rpc.disturb(async (one, answer) => {
      if (one.method === 'eth_getLogs' && widthOf(one) > 15)
        throw new RpcError('too-much', one.method, 'eth_getLogs is limited to a 15 range');
      return answer();
    });
    expect(words(await collect(1, { initialWidth: 100, inFlight: 1 }))).to.deep.equal(all);
    expect(widths().filter((width) => width > 15)).to.deep.equal([100]);
    expect(widths().length).to.equal(1 + Math.ceil(100 / 15) + Math.ceil(100 / 15));
  });

  it('is patient with an endpoint that lags or limits now and then', async () => {
    const asked = new Set<string>();
    rpc.disturb(async (one, answer) => {
      const name = JSON.stringify(one);
      if (asked.has(name)) return answer();
      asked.add(name);
      throw new RpcError(asked.size % 2 === 0 ? 'lagging' : 'rate-limited', one.method, 'later');
    });
    expect(
      words(await collect(1, { initialWidth: 10, backoff: { ...QUICK.backoff, attempts: 20 } })),
    ).to.deep.equal(all);
  });

  it('keeps several ranges on their way and delivers them in order', async () => {
    let [running, most] = [0, 0];
    rpc.disturb(async (one, answer) => {
      running += 1;
      most = Math.max(most, running);
      const found = await answer();
      // The earlier range comes back last.
      if (one.method === 'eth_getLogs') for (let turn = widthOf(one); turn > 0; turn--) await answer();
      running -= 1;
      return found;
    });
    const blocks = await collect(1, { initialWidth: 20, inFlight: 4 });
    expect(words(blocks)).to.deep.equal(all);
    expect(blocks.map((block) => block.number)).to.deep.equal(
      blocks.map((block) => block.number).sort((a, b) => a - b),
    );
    expect(most).to.be.within(2, 4);
    expect(blocks.at(-1)?.number).to.equal(LAST);
  });
});

function widthOf({ params }: RpcCall): number {
  const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
  return Number(toBlock) - Number(fromBlock) + 1;
}
