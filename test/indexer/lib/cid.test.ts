import { expect } from 'chai';
import { bases } from 'multiformats/basics';
import { CID } from 'multiformats/cid';
import { canonicalCid, parseIpfsCid } from '../../../indexer/lib/cid.ts';

const V0 = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR';
const V1 = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const { bytes } = CID.parse(V1);
/** Those that go-cid reads, but for base2, whose texts are longer than what a contract takes. */
const READ_BY_KUBO = [
  ...(['base16', 'base16upper', 'base32', 'base32upper', 'base32pad', 'base32padupper'] as const),
  ...(['base32hex', 'base32hexupper', 'base32hexpad', 'base32hexpadupper', 'base36', 'base36upper'] as const),
  ...(['base58btc', 'base58flickr', 'base64', 'base64pad', 'base64url', 'base64urlpad'] as const),
  'base256emoji',
] as const;

describe('canonicalCid()', () => {
  const refused = ['', '0x1234', 'Qm123', `${V1}x`, 'hello', `0x${'g'.repeat(40)}`, 'b'.repeat(200)];
  for (const bad of [...refused, bases.identity.encode(bytes), bases.base2.encode(bytes)]) {
    it(`is null for ${JSON.stringify(bad.slice(0, 20))}`, () => {
      expect(canonicalCid(bad)).to.equal(null);
    });
  }

  for (const base of READ_BY_KUBO) {
    it(`reads ${base}`, () => {
      expect(canonicalCid(bases[base].encode(bytes))).to.equal(V1);
    });
  }

  const spellings: [what: string, text: string][] = [
    ['with its last letter in upper case', V1.slice(0, -1) + V1.slice(-1).toUpperCase()],
    ['in mixed case', V1.replaceAll('y', 'Y')],
    ['in upper case but for its prefix', `b${V1.slice(1).toUpperCase()}`],
    ['with padding it needs not', `${V1}=`],
    ['with more of it', `${V1}====`],
    ['of base16 in mixed case', bases.base16.encode(bytes).replaceAll('a', 'A')],
    ['of base36 in upper case but for its prefix', `k${bases.base36.encode(bytes).slice(1).toUpperCase()}`],
    ['of v0 with a prefix', `z${V0}`],
    ['of v0', V0],
  ];
  for (const [what, text] of spellings) {
    it(`gives a spelling ${what} the same form`, () => {
      expect(canonicalCid(text)).to.equal(V1);
    });
  }

  it('gives the same again, and to no other text', () => {
    const typed = V1.replaceAll('y', 'Y');
    expect([canonicalCid(typed), canonicalCid(typed)]).to.deep.equal([V1, V1]);
    expect(canonicalCid(typed.slice(0, -1))).to.equal(null);
  });

  it('takes an EthStorage address in any case', () => {
    const address = `0x${'aB'.repeat(20)}`;
    expect(canonicalCid(address)).to.equal(address.toLowerCase());
  });
});

describe('parseIpfsCid()', () => {
  it('keeps nothing of how it was spelt', () => {
    const typed = V1.replaceAll('y', 'Y');
    expect(parseIpfsCid(typed)?.toString()).to.equal(V1);
    expect(parseIpfsCid(typed)?.toV0().toString()).to.equal(V0);
  });
});
