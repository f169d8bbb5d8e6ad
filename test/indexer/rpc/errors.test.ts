import { expect } from 'chai';
import { faultOf, RpcError, type RpcFault } from '../../../indexer/rpc/errors.ts';

describe('faultOf()', () => {
  // As the vendors put it.
  const answers: [RpcFault, number | null, string][] = [
    ['too-much', -32602, 'query returned more than 10000 results. Try with this block range [0x1, 0x2].'],
    ['too-much', -32005, 'query returned more than 10000 results'],
    [
      'too-much',
      -32600,
      'Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range',
    ],
    ['too-much', -32614, 'eth_getLogs is limited to a 10,000 range'],
    ['too-much', -32600, 'exceed maximum block range: 50000'],
    ['too-much', -32000, 'block range is too wide'],
    ['too-much', -32701, 'Please specify an address in your request or reduce the block range to 1000'],
    ['too-much', -32000, 'logs matched by query exceeds limit of 10000'],
    ['too-much', -32062, 'Block range is too large'],
    ['too-much', -32002, 'request timed out'],
    ['too-much', -32000, 'query timeout exceeded'],
    ['too-much', -32000, 'context deadline exceeded'],
    ['too-much', -32603, 'response is too big'],
    ['too-much', 35, 'ranges over 10000 blocks are not supported on freetier'],
    ['rate-limited', 429, 'Your app has exceeded its compute units per second capacity'],
    ['rate-limited', -32005, 'daily request count exceeded, request rate limited'],
    ['rate-limited', -32016, 'over rate limit'],
    ['rate-limited', -32005, 'limit exceeded'],
    ['rate-limited', -32097, 'Too many requests'],
    [
      'lagging',
      -32000,
      'One of the blocks specified in filter (fromBlock, toBlock or blockHash) cannot be found.',
    ],
    ['lagging', -32602, 'block range extends beyond current head block'],
    ['lagging', -32000, 'header not found'],
    ['lagging', -32000, 'unknown block'],
    ['lagging', -32602, 'blockHash cannot be found'],
    ['unsupported', -32601, 'the method eth_getBlockReceipts does not exist/is not available'],
    ['unsupported', -32004, 'Method eth_getBlockReceipts is not supported'],
    ['refused', 3, 'execution reverted: no'],
    ['refused', -32000, 'execution reverted'],
    ['refused', -32000, 'return data out of bounds'],
    ['refused', -32000, 'stack limit reached 1024 (1023)'],
    ['refused', -32000, 'gas uint64 overflow'],
    ['refused', -32603, 'EVM error OutOfOffset'],
    ['refused', -32602, 'invalid argument 0: hex string of odd length'],
    ['unreachable', -32603, 'internal error'],
    ['unreachable', null, 'socket hang up'],
  ];
  for (const [fault, code, message] of answers) {
    it(`is ${fault} for ${code} "${message}"`, () => {
      expect(faultOf(code, message)).to.equal(fault);
    });
  }
});

describe('RpcError', () => {
  it('is retryable unless the node has answered for good', () => {
    const retryable = (fault: RpcFault) => new RpcError(fault, 'm', 'x').retryable;
    expect(
      ['unreachable', 'timeout', 'rate-limited', 'too-much', 'lagging'].every((f) =>
        retryable(f as RpcFault),
      ),
    ).to.be.true;
    expect(retryable('refused') || retryable('unsupported')).to.be.false;
  });
});
