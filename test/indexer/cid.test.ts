import { expect } from 'chai';
import { base16 } from 'multiformats/bases/base16';
import { base32 } from 'multiformats/bases/base32';
import { base36 } from 'multiformats/bases/base36';
import { base58btc } from 'multiformats/bases/base58';
import { base64url } from 'multiformats/bases/base64';
import { CID } from 'multiformats/cid';
import { canonicalCid } from '../../indexer/cid.ts';

const V0 = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR';
const V1 = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';

describe('canonicalCid()', () => {
  for (const bad of ['', '0x1234', 'Qm123', `${V1}x`, 'hello', `0x${'g'.repeat(40)}`, 'b'.repeat(200)]) {
    it(`is null for ${JSON.stringify(bad.slice(0, 20))}`, () => {
      expect(canonicalCid(bad)).to.equal(null);
    });
  }

  it('gives v0, v1 and every multibase of one content the same form', () => {
    const cid = CID.parse(V0);
    const canonical = canonicalCid(V0);
    expect(canonical).to.match(/^bafybei/);
    for (const base of [base16, base32, base36, base58btc, base64url]) {
      expect(canonicalCid(cid.toV1().toString(base)), base.name).to.equal(canonical);
    }
    expect(canonicalCid(V1)).to.equal(V1);
  });

  it('takes an EthStorage address in any case', () => {
    const address = `0x${'aB'.repeat(20)}`;
    expect(canonicalCid(address)).to.equal(address.toLowerCase());
  });
});
