import { expect } from 'chai';
import { hexlify, Interface, id, keccak256, randomBytes, Signature, SigningKey } from 'ethers';
import { StreamHost__factory } from '../types/ethers-contracts/factories/StreamHost__factory.ts';
import { plain } from './quick-ethers.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const [DIGEST, ZERO] = [id('a digest'), `0x${'0'.repeat(64)}`];
const KEY = new SigningKey(id('a key'));

/** What it returns or throws. */
function outcome(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return String(error);
  }
}

describe('ethers in the processes that run tests', () => {
  it('signs, recovers and hashes as it does elsewhere', () => {
    for (let round = 0; round < 20; round += 1) {
      const [key, digest] = [new SigningKey(randomBytes(32)), hexlify(randomBytes(32))];
      const signature = key.sign(digest);
      expect(signature.serialized).to.equal(plain.sign.call(key, digest).serialized);
      expect(SigningKey.recoverPublicKey(digest, signature)).to.equal(
        plain.recoverPublicKey(digest, signature),
      );
      for (const compressed of [true, false]) {
        const publicKey = plain.computePublicKey(key.privateKey, compressed);
        expect(SigningKey.computePublicKey(key.privateKey, compressed)).to.equal(publicKey);
        expect(SigningKey.computePublicKey(publicKey, !compressed)).to.equal(
          plain.computePublicKey(publicKey, !compressed),
        );
      }
      const bytes = randomBytes(1 + 7 * round);
      expect(keccak256(bytes)).to.equal(hexlify(plain.keccak256(bytes)));
    }
  });

  it('takes bytes and hex in either case', () => {
    const { privateKey } = KEY;
    const publicKey = plain.computePublicKey(privateKey);
    for (const key of [Buffer.from(privateKey.slice(2), 'hex'), `0x${privateKey.slice(2).toUpperCase()}`]) {
      expect(SigningKey.computePublicKey(key)).to.equal(publicKey);
    }
    expect(KEY.sign(Buffer.from(DIGEST.slice(2), 'hex')).serialized).to.equal(KEY.sign(DIGEST).serialized);
  });

  for (const [what, r, s] of [
    ['no point', hexlify(new Uint8Array(32).fill(0xff)), id('s')],
    ['zero r', ZERO, KEY.sign(DIGEST).s],
    ['zero s', KEY.sign(DIGEST).r, ZERO],
    ['r of the order', `0x${ORDER.toString(16)}`, KEY.sign(DIGEST).s],
  ] as const) {
    it(`says the same of a signature with ${what}`, () => {
      const signature = { r, s: `0x0${s.slice(3)}`, v: 27 as const };
      const [own, ethers] = [SigningKey.recoverPublicKey, plain.recoverPublicKey].map((recover) =>
        outcome(() => recover(DIGEST, Signature.from(signature))),
      );
      expect(own).to.equal(ethers);
    });
  }

  it('says the same of what is no key and no digest', () => {
    for (const key of [ZERO, `0x${ORDER.toString(16)}`, '0x12', 'key']) {
      const [own, ethers] = [SigningKey.computePublicKey, plain.computePublicKey].map((compute) =>
        outcome(() => compute(key)),
      );
      expect(own).to.equal(ethers);
    }
    const sign = (how: typeof plain.sign) => outcome(() => how.call(KEY, '0x12'));
    expect(sign(KEY.sign)).to.equal(sign(plain.sign));
  });

  it('reads an ABI once', () => {
    const { abi } = StreamHost__factory;
    expect(Interface.from(abi)).to.equal(Interface.from(structuredClone(abi)));
    expect(Interface.from(abi).formatJson()).to.equal(plain.interfaceFrom(abi).formatJson());
    expect(Interface.from(['function one()'])).to.not.equal(Interface.from(['function two()']));
  });
});
