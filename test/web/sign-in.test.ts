import { expect } from 'chai';
import { readSignInMessage } from '../../indexer/auth/message.ts';
import { signInMessage } from '../../web/src/api/sign-in-message.ts';
import { CREATOR } from '../indexer/http/samples.ts';

const NONCE = 'b2pXoEq5Vw3kY9a1';
const NOW = new Date('2023-07-31T12:00:00Z');

describe('what a wallet signs to sign in', () => {
  for (const origin of ['http://localhost:8000', 'https://videos.example.org']) {
    it(`is what the host reads, for a page at ${origin}`, () => {
      const message = signInMessage({
        address: CREATOR,
        nonce: NONCE,
        chainId: 11_155_111,
        origin,
        now: NOW,
      });
      expect(readSignInMessage({ origins: [origin], chainId: 11_155_111 }, message)).to.deep.equal({
        wallet: CREATOR,
        nonce: NONCE,
        issuedAtSec: NOW.getTime() / 1000,
        expiresAtSec: NOW.getTime() / 1000 + 86_400,
        notBeforeSec: 0,
      });
    });
  }
});
