import { expect } from 'chai';
import { Signature } from 'ethers';
import { expectProblem } from './api.ts';
import { type SignedHost, type SignedWrite, startSigned } from './signed-writes.ts';
import { authorize, waysOn } from './signing.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The same signature of a key, as libraries and hardware write it. */
const SPELLINGS: [name: string, spell: (signature: string) => string][] = [
  ['with v of 0 or 1', (text) => text.slice(0, -2) + (text.endsWith('1b') ? '00' : '01')],
  ['of 64 bytes (EIP-2098)', (text) => Signature.from(text).compactSerialized],
  ['without 0x', (text) => text.slice(2)],
  ['in upper case', (text) => `0x${text.slice(2).toUpperCase()}`],
  ['of 64 bytes and without 0x', (text) => Signature.from(text).compactSerialized.slice(2)],
];

/** Another signature of the same key, which anybody can make of the first (EIP-2). */
function inUpperHalf(text: string): string {
  const { r, s, v } = Signature.from(text);
  const other = (ORDER - BigInt(s)).toString(16).padStart(64, '0');
  return `${r}${other}${v === 27 ? '1c' : '1b'}`;
}

describe("a key's signature", () => {
  let on: SignedHost;
  before(async () => {
    on = await startSigned();
  });
  after(() => on.api.stop());

  const authorized = async (write: SignedWrite) =>
    authorize(on.api.wallet(write.signer), waysOn(await on.send(write)).typed_data);
  const respelled = async (write: SignedWrite, spell: (text: string) => string) => {
    const more = await authorized(write);
    return { ...more, signature: spell(more.signature) };
  };
  const signInWith = async (spell: (text: string) => string) => {
    const signer = on.api.wallet(1);
    const message = String((await on.api.get(`/auth/nonce?wallet=${signer.address}`)).body.message);
    const signature = spell(await signer.signMessage(message));
    return await on.api.post('/auth/sign-in', { message, signature });
  };

  for (const [name, spell] of SPELLINGS) {
    it(`is taken ${name}`, async () => {
      const write = await on.writes.register();
      await on.api.settled();
      const { status, body } = await on.send(write, await respelled(write, spell));
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(await write.stands()).to.equal(true);
    });

    it(`signs in ${name}`, async () => {
      expect((await signInWith(spell)).status).to.equal(200);
    });
  }

  for (const name of ['publish', 'schedule', 'cancel', 'retire', 'move', 'deregister'] as const) {
    it(`is one whatever its spelling: ${name}`, async () => {
      const write = await on.writes[name]();
      await on.api.settled();
      const given = await authorized(write);
      const before = await on.api.head();
      for (const [, spell] of [...SPELLINGS].reverse()) {
        const { status, body } = await on.send(write, { ...given, signature: spell(given.signature) });
        expect(status, JSON.stringify(body)).to.equal(200);
      }
      expect(await on.api.head()).to.equal(before + 1);
      expect(await write.stands()).to.equal(true);
    });
  }

  it('is refused with s in the upper half of the order', async () => {
    const write = await on.writes.register();
    await on.api.settled();
    const answer = await on.send(write, await respelled(write, inUpperHalf));
    expectProblem(answer, 401, 'signature_invalid', 'signature');
    expect(await write.stands()).to.equal(false);
    expect((await signInWith(inUpperHalf)).body.code).to.equal('signature_invalid');
  });
});
