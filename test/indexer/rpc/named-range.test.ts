import { expect } from 'chai';
import { namedRange } from '../../../indexer/rpc/named-range.ts';

describe('namedRange()', () => {
  // As vendors word it, by what they answer and by reports of their users.
  for (const [message, named] of [
    ['eth_getLogs is limited to a 10,000 range', 10_000],
    ['range 1000000 exceeds limit of 10000', 10_000],
    ['block range is larger than max block range, block range = 50000, max block range = 5000', 5_000],
    ['range 49999 is bigger than range limit 2000', 2_000],
    ['block range is too wide (maximum 1024)', 1_024],
    ['exceed maximum block range: 20000', 20_000],
    ['ranges over 10000 blocks are not supported on freetier', 10_000],
    [
      'You can make eth_getLogs requests with up to a 10 block range. This block range should work: [0x1, 0xa]',
      10,
    ],
    ['Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range', 2_000],
  ] as const)
    it(`reads "${message}"`, () => expect(namedRange(message, 50_000)).to.equal(named));

  for (const message of [
    'query returned more than 10000 results. Try with this block range [0x1, 0x2]',
    'block range is too wide',
    'query timeout exceeded',
    'block range too large: took more than 10 seconds',
    'exceed maximum block range: 50000',
    'limit of 0 blocks',
  ])
    it(`finds none below what was asked for in "${message}"`, () =>
      expect(namedRange(message, 50_000)).to.equal(null));
});
