import { expect } from 'chai';
import { getAddress, hexlify, randomBytes, SigningKey, TypedDataEncoder } from 'ethers';
import fc from 'fast-check';
import { plainSignature } from '../../../../indexer/playback/sale/recover/recover.ts';
import {
  createVoucherDigest,
  type SignedVoucher,
  totalOf,
  VOUCHER_TYPES,
} from '../../../../indexer/playback/sale/voucher.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((value) => hexlify(value));
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const vouchers: fc.Arbitrary<SignedVoucher> = fc.record({
  contract: bytes(20),
  channelId: bytes(32),
  epoch: uint32,
  seq: uint32,
  items: fc.array(
    fc.record({ contentId: bytes(32), units: uint32, unitPrice: fc.bigInt(0n, 2n ** 72n - 1n) }),
    { maxLength: 5 },
  ),
});

describe('createVoucherDigest()', () => {
  it('is the hash that wallets sign, of any voucher, on any chain', () => {
    fc.assert(
      fc.property(vouchers, fc.integer({ min: 1 }), (voucher, chainId) => {
        const domain = {
          name: 'StreamHost',
          version: '1',
          chainId,
          verifyingContract: getAddress(voucher.contract),
        };
        const expected = TypedDataEncoder.hash(domain, VOUCHER_TYPES, voucher);
        expect(createVoucherDigest(chainId)(voucher)).to.equal(expected);
      }),
    );
  });

  it('keeps the domains of several contracts apart', () => {
    const digest = createVoucherDigest(1);
    const one = {
      contract: `0x${'1'.repeat(40)}`,
      channelId: hexlify(randomBytes(32)),
      epoch: 1,
      seq: 0,
      items: [],
    };
    const first = digest(one);
    expect(digest({ ...one, contract: `0x${'2'.repeat(40)}` })).to.not.equal(first);
    expect(digest(one)).to.equal(first);
  });
});

describe('totalOf()', () => {
  it('adds up units × price without rounding', () => {
    const items = [
      { contentId: '', units: 2 ** 32 - 1, unitPrice: 2n ** 72n - 1n },
      { contentId: '', units: 2, unitPrice: 3n },
    ];
    expect(totalOf(items)).to.equal((2n ** 32n - 1n) * (2n ** 72n - 1n) + 6n);
  });
});

describe('plainSignature()', () => {
  const key = new SigningKey(randomBytes(32));
  const digest = hexlify(randomBytes(32));
  const signature = key.sign(digest);

  it('spells one signature in one way', () => {
    const { r, s, v, compactSerialized, serialized } = signature;
    for (const spelling of [serialized, compactSerialized, spelt(BigInt(r), BigInt(s), v - 27)]) {
      expect(plainSignature(spelling)).to.equal(serialized);
    }
  });

  it('takes none with an s of the upper half: the contract does not', () => {
    const r = BigInt(signature.r);
    const half = ORDER / 2n;
    expect(plainSignature(spelt(r, ORDER - BigInt(signature.s), 55 - signature.v))).to.equal(null);
    expect(plainSignature(spelt(r, half, 27))).to.be.a('string');
    expect(plainSignature(spelt(r, half + 1n, 27))).to.equal(null);
  });

  it('takes nothing else', () => {
    for (const text of ['0x', '0x00', signature.r, `${signature.serialized}00`, 'no hex']) {
      expect(plainSignature(text), text).to.equal(null);
    }
  });
});

function spelt(r: bigint, s: bigint, v: number): string {
  const word = (value: bigint) => value.toString(16).padStart(64, '0');
  return `0x${word(r)}${word(s)}${v.toString(16).padStart(2, '0')}`;
}
