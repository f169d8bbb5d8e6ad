import { expect } from 'chai';
import { UnitKeys } from '../../../indexer/playback/keys/unit-keys.ts';
import { contentKeys, sha256Hex } from '../../../packager/keys.ts';
import { contentJson, entries } from '../http/gateway/server.ts';
import { carOf } from '../media/car-of.ts';

const CREATOR = '0xc1';

describe('UnitKeys.isLocked()', () => {
  const secretOf = (byte: number) => new Uint8Array(32).fill(byte);
  async function lockedBy(secret: Uint8Array<ArrayBuffer> | null, differing = false): Promise<boolean> {
    const source = await contentKeys(secretOf(7));
    const last = differing ? 'b'.repeat(64) : await sha256Hex(await source.key(2));
    const hashes = [null, await sha256Hex(await source.key(1)), last];
    const { cid, storage } = await carOf(entries({ 'content.json': contentJson(hashes) }));
    return await new UnitKeys({ storage, secretOf: async () => secret }).isLocked(cid, CREATOR);
  }

  it('is true without the secret, and by one that makes another key of any unit', async () => {
    expect(await lockedBy(null)).to.equal(true);
    expect(await lockedBy(secretOf(8))).to.equal(true);
    expect(await lockedBy(secretOf(7), true)).to.equal(true);
  });

  it('is false by the secret that makes every key, and of what has none', async () => {
    expect(await lockedBy(secretOf(7))).to.equal(false);
    const { cid, storage } = await carOf(entries({ 'content.json': contentJson([null]) }));
    expect(await new UnitKeys({ storage, secretOf: async () => null }).isLocked(cid, CREATOR)).to.equal(
      false,
    );
  });
});

describe('UnitKeys.keysOf()', () => {
  it('makes a key once, however many ask for it meanwhile', async () => {
    const secret = new Uint8Array(32).fill(7);
    const hash = await sha256Hex(await (await contentKeys(secret)).key(0));
    const { cid, storage } = await carOf(entries({ 'content.json': contentJson([hash]) }));
    const keys = new UnitKeys({ storage, secretOf: async () => secret });
    const [[one], [other]] = await Promise.all([
      keys.keysOf(cid, CREATOR, [0]),
      keys.keysOf(cid, CREATOR, [0]),
    ]);
    expect(one).to.have.lengthOf(16);
    expect(other).to.equal(one);
  });
});
