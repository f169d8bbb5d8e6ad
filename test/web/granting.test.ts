import { expect } from 'chai';
import { TypedDataEncoder, ZeroAddress, ZeroHash } from 'ethers';
import { keyGrantDigest } from '../../indexer/playback/grants/typed-data.ts';
import { grantOptions } from '../../scripts/lib/grant/options.ts';
import {
  endOf,
  PERIODS,
  placesOf,
  providerIn,
  typedKeyGrant,
} from '../../web/src/publish/grants/key-grant.ts';
import { CREATOR } from '../indexer/http/samples.ts';

const CONTRACT = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const SEPOLIA = 11_155_111;
const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';

describe('a grant of keys, in the page', () => {
  it('is signed as the host checks it', () => {
    const grant = { contentId: ZeroHash, provider: CREATOR, expiresAtSec: 1_795_570_351 };
    const { domain, types, message } = typedKeyGrant(grant, { chainId: SEPOLIA, contract: CONTRACT });
    expect(TypedDataEncoder.hash(domain, types, message)).to.equal(
      keyGrantDigest(grant, { chainId: SEPOLIA, contract: CONTRACT }),
    );
  });

  it('is good as long as one by npm run grant where nobody says, or for 30 days', () => {
    expect(Number(PERIODS[0][0])).to.equal(grantOptions([CID, CREATOR]).days);
    expect(endOf('30', 1_999)).to.equal(1 + 30 * 86_400);
  });

  it('shows where whoever asks serves already, each host once', () => {
    const at = (...urls: string[]) => placesOf(urls.map((stream_url) => ({ stream_url })));
    expect(at()).to.deep.equal([]);
    expect(at('https://a.example/play/x', 'https://a.example/play/y', 'data:,', 'no address')).to.deep.equal([
      'https://a.example',
    ]);
    expect(at(...[1, 2, 3, 4].map((nth) => `http://h${nth}.example:8000/`))).to.have.length(3);
  });

  const typed: [why: string, text: string, provider: string | undefined][] = [
    ['is taken with blanks around it', ` ${CREATOR}\n`, CREATOR],
    ['is taken in lower case', CREATOR.toLowerCase(), CREATOR],
    ['is not one with a slip in it', CREATOR.replace(/[a-f]/, (letter) => letter.toUpperCase()), undefined],
    ['is not one that is cut off', CREATOR.slice(0, -1), undefined],
    ['is not nobody', ZeroAddress, undefined],
    ['is not a name', 'vitalik.eth', undefined],
  ];
  for (const [why, text, provider] of typed) {
    it(`an address ${why}`, () => expect(providerIn(text)).to.equal(provider));
  }
});
