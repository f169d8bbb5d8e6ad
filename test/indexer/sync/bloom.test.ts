import { expect } from 'chai';
import { bloomBits, bloomMayHold } from '../../../indexer/sync/bloom.ts';
import { deployEmitter, emit, type Node, startNode, TOPIC } from './node.ts';

describe('bloomMayHold()', () => {
  let node: Node;
  before(async () => {
    node = await startNode();
  });
  after(() => node.close());

  it('finds contract and topic of a real block, and not what is not in it', async () => {
    const emitter = await deployEmitter(node);
    const { blockHash } = await emit(node, emitter);
    const { logsBloom } = (await node.send('eth_getBlockByHash', blockHash, false)) as { logsBloom: string };
    expect(bloomMayHold(logsBloom, bloomBits(emitter))).to.equal(true);
    expect(bloomMayHold(logsBloom, bloomBits(TOPIC))).to.equal(true);
    const others = Array.from(
      { length: 50 },
      (_, index) => `0x${(index + 1).toString(16).padStart(40, '0')}`,
    );
    expect(others.some((address) => bloomMayHold(logsBloom, bloomBits(address)))).to.equal(false);
  });

  it('finds nothing in an empty bloom', () => {
    expect(bloomMayHold(`0x${'00'.repeat(256)}`, bloomBits(TOPIC))).to.equal(false);
  });
});
