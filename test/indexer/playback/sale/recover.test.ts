import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { computeAddress, hexlify, randomBytes, SigningKey } from 'ethers';
import { SIGNED_BYTES } from '../../../../indexer/playback/sale/recover/public-key.ts';
import {
  createRecover,
  plainSignature,
  signedBytes,
} from '../../../../indexer/playback/sale/recover/recover.ts';
import { RecoverThread } from '../../../../indexer/playback/sale/recover/recover-thread.ts';
import { until } from '../../../until.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe('createRecover()', () => {
  it('finds whoever has signed', async () => {
    const recover = createRecover();
    for (let each = 0; each < 50; each++) {
      const { key, digest, signature } = signed();
      const signer = await recover(digest, signature);
      expect(signer).to.equal(computeAddress(key).toLowerCase());
      expect(await recover(hexlify(randomBytes(32)), signature)).to.not.equal(signer);
    }
  });

  it('finds nobody where the numbers are out of range', async () => {
    const recover = createRecover();
    const digest = hexlify(randomBytes(32));
    for (const [r, s] of OUT_OF_RANGE) expect(await recover(digest, spelt(r, s, 27))).to.equal(null);
  });
});

describe('RecoverThread', () => {
  it('answers each of those that ask at a time, also where another asks about no signature', async () => {
    const thread = new RecoverThread(() => undefined);
    await until('the thread runs', () => thread.isReady);
    const asked = Array.from({ length: 10 }, signed);
    const none = OUT_OF_RANGE.map(([r, s]) => signedBytes(asked[0]?.digest ?? '', spelt(r, s, 27)));
    const found = await Promise.all([
      ...none.map((each) => thread.publicKeyOf(each)),
      ...asked.map(({ digest, signature }) => thread.publicKeyOf(signedBytes(digest, signature))),
    ]);
    expect(found.splice(0, none.length)).to.deep.equal(none.map(() => null));
    expect(found.map((key) => key && hexlify(key))).to.deep.equal(asked.map(({ key }) => key.publicKey));
  });

  it('has begun before the turn ends in which many ask', async () => {
    const thread = new RecoverThread(() => undefined);
    await until('the thread runs', () => thread.isReady);
    const asked = Array.from({ length: 9 }, signed);
    const { postMessage } = Worker.prototype;
    const sizes: number[] = [];
    Worker.prototype.postMessage = function told(this: Worker, message: Uint8Array) {
      sizes.push(message.length / SIGNED_BYTES);
      postMessage.call(this, message);
    };
    try {
      const found = asked.map(({ digest, signature }) => thread.publicKeyOf(signedBytes(digest, signature)));
      expect(sizes).to.deep.equal([8]);
      await Promise.all(found);
      expect(sizes).to.deep.equal([8, 1]);
    } finally {
      Worker.prototype.postMessage = postMessage;
    }
  });
});

const OUT_OF_RANGE = [
  [0n, 1n],
  [1n, 0n],
  [ORDER, 1n],
  [2n ** 256n - 1n, 1n],
] as const;

function signed() {
  const key = new SigningKey(randomBytes(32));
  const digest = hexlify(randomBytes(32));
  return { key, digest, signature: plainSignature(key.sign(digest).serialized) ?? '' };
}

function spelt(r: bigint, s: bigint, v: number): string {
  const word = (value: bigint) => value.toString(16).padStart(64, '0');
  return `0x${word(r)}${word(s)}${v.toString(16).padStart(2, '0')}`;
}
