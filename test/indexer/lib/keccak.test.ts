import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { hexlify, keccak256 } from 'ethers';
import { keccak } from '../../../indexer/lib/keccak/keccak.ts';

describe('keccak()', () => {
  it('is the hash of the chain, of any number of bytes', () => {
    for (let length = 0; length <= 300; length += 1) {
      const data = randomBytes(length);
      expect(hexlify(keccak(data)), `of ${length} bytes`).to.equal(keccak256(data));
    }
  });

  it('leaves what it has answered as it was', () => {
    const first = keccak(Buffer.of(1));
    const before = hexlify(first);
    keccak(Buffer.of(2));
    expect(hexlify(first)).to.equal(before);
  });
});
