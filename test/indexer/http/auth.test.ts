import { SiweMessage } from '@signinwithethereum/siwe';
import { expect } from 'chai';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import { ContractWallet__factory } from '../../../types/ethers-contracts/factories/mocks/ContractWallet__factory.ts';
import { CREATOR, expectProblem, OTHER, PROVIDER, SITE, useApi } from './api.ts';
import { WRONG_CHECKSUM } from './faults.ts';

const PAGE = 'http://localhost:3000';

describe('sign-in', () => {
  const api = useApi({ remote: true });

  const offered = async (wallet: string) =>
    String((await api.get(`/auth/nonce?wallet=${wallet}`)).body.message);
  const signIn = (message: string, signature: string) => api.post('/auth/sign-in', { message, signature });

  describe('GET /auth/nonce', () => {
    it('refuses what is no wallet', async () => {
      expectProblem(await api.get('/auth/nonce?wallet=0x1234'), 400, 'bad_address', 'wallet');
      expectProblem(await api.get(`/auth/nonce?wallet=${WRONG_CHECKSUM}`), 400, 'bad_checksum', 'wallet');
      expectProblem(await api.get('/auth/nonce?purpose=login'), 400, 'unknown_field', 'purpose');
    });

    it('gives a nonce to anybody, and never from a cache', async () => {
      const { status, body, headers } = await api.get('/auth/nonce');
      expect(status).to.equal(200);
      expect(body).to.include({ message: null, domain: 'host.example.org', uri: SITE, chain_id: 31337 });
      expect(body.nonce).to.match(/^[0-9a-z]{72}$/);
      expect(headers.get('cache-control')).to.equal('no-store');
      expect((await api.get('/auth/nonce')).body.nonce).to.not.equal(body.nonce);
    });

    it('gives a wallet the whole message, for the page that asks', async () => {
      const { body } = await api.get(`/auth/nonce?wallet=${CREATOR.toLowerCase()}`, { origin: PAGE });
      const message = new SiweMessage(String(body.message));
      expect(message).to.include({ domain: 'localhost:3000', uri: PAGE, address: CREATOR, chainId: 31337 });
      expect(message.nonce).to.equal(body.nonce);
    });
  });

  describe('POST /auth/sign-in', () => {
    const faults: [what: string, change: Record<string, unknown>, code: Code, field: string][] = [
      ['no message', { message: undefined }, 'missing_field', 'message'],
      ['a message that is a number', { message: 5 }, 'bad_sign_in_message', 'message'],
      ['a message that is none', { message: 'Let me in' }, 'bad_sign_in_message', 'message'],
      ['a message of 5,000 characters', { message: 'x'.repeat(5_000) }, 'bad_sign_in_message', 'message'],
      ['no signature', { signature: undefined }, 'missing_field', 'signature'],
      ['a signature that is no hex', { signature: 'mine' }, 'bad_signature', 'signature'],
      ['half a byte', { signature: '0x123' }, 'bad_signature', 'signature'],
      [
        'a signature of 20,000 bytes',
        { signature: `0x${'00'.repeat(20_000)}` },
        'bad_signature',
        'signature',
      ],
      ['an unknown field', { wallet: CREATOR }, 'unknown_field', 'wallet'],
    ];
    for (const [what, change, code, field] of faults) {
      it(`refuses ${what}`, async () => {
        const message = await offered(CREATOR);
        const signature = await api.wallet(1).signMessage(message);
        const answer = await api.post('/auth/sign-in', { message, signature, ...change });
        expectProblem(answer, 400, code, field);
        expect((await signIn(message, signature)).status).to.equal(200);
      });
    }

    const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const refusals: [what: string, change: Partial<SiweMessage>, code: Code][] = [
      ['another site', { domain: 'evil.example.org' }, 'domain_mismatch'],
      ['another chain', { chainId: 11_155_111 }, 'chain_mismatch'],
      ['a nonce of another host', { nonce: '0123456789abcdef' }, 'nonce_invalid'],
      ['a time that is over', { expirationTime: hour(-1) }, 'message_expired'],
      ['a later time', { notBefore: hour(1) }, 'message_not_yet_valid'],
      ["another wallet's name", { address: OTHER }, 'signature_invalid'],
    ];
    for (const [what, change, code] of refusals) {
      it(`refuses a message with ${what} as ${code}, and shows one that is taken`, async () => {
        const fields = { ...new SiweMessage(await offered(CREATOR)), warnings: [], ...change };
        const message = new SiweMessage(fields).prepareMessage();
        const answer = await signIn(message, await api.wallet(1).signMessage(message));
        const body = expectProblem(answer, 401, code);
        expect(answer.headers.get('www-authenticate')).to.match(/^Bearer /);
        const next = String((body.sign_in as Record<string, unknown>).message);
        const signer = change.address === OTHER ? api.wallet(4) : api.wallet(1);
        expect((await signIn(next, await signer.signMessage(next))).status).to.equal(200);
      });
    }

    it('signs in the wallet that signed, once for each message', async () => {
      const message = await offered(CREATOR);
      const signature = await api.wallet(1).signMessage(message);
      const { status, body, headers } = await signIn(message, signature);
      expect(status).to.equal(200);
      expect(body).to.include({ wallet: CREATOR, token_type: 'Bearer' });
      expect(Date.parse(String(body.expires_at))).to.be.closeTo(Date.now() + 86_400_000, 60_000);
      expect(headers.get('cache-control')).to.equal('no-store');
      expectProblem(await signIn(message, signature), 401, 'nonce_invalid');
    });

    it('signs in a smart wallet by its contract (ERC-1271), and nobody else by it', async () => {
      const contract = await new ContractWallet__factory(api.wallet(0)).deploy(PROVIDER);
      await contract.waitForDeployment();
      const wallet = await contract.getAddress();
      const message = await offered(wallet);
      expectProblem(
        await signIn(message, await api.wallet(1).signMessage(message)),
        401,
        'signature_invalid',
      );
      expectProblem(await signIn(message, '0x1234'), 401, 'signature_invalid');
      const { status, body } = await signIn(message, await api.wallet(2).signMessage(message));
      expect(status).to.equal(200);
      expect(body.wallet).to.equal(wallet);
    });

    it('signs in a plain key whose account runs code (EIP-7702) by its key', async () => {
      const refusing = await new ContractWallet__factory(api.wallet(0)).deploy(CREATOR);
      const address = await (await refusing.waitForDeployment()).getAddress();
      const delegating = api.wallet(5);
      // Its own transaction raises its nonce before the authorisation is looked at.
      const nonce = (await delegating.getNonce()) + 1;
      const authorization = await delegating.authorize({ address, nonce, chainId: 31_337n });
      const authorizationList = [authorization];
      await (await delegating.sendTransaction({ type: 4, to: OTHER, authorizationList })).wait();
      expect(await api.chain.provider.getCode(delegating.address)).to.match(/^0xef0100/);
      const message = await offered(delegating.address);
      const { status, body } = await signIn(message, await delegating.signMessage(message));
      expect(status).to.equal(200);
      expect(body.wallet).to.equal(delegating.address);
    });
  });
});
