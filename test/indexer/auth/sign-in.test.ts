import { SiweMessage } from '@signinwithethereum/siwe';
import { expect } from 'chai';
import { Wallet } from 'ethers';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { SessionRefused, SignInRefused } from '../../../indexer/auth/errors.ts';
import { createSignIn, type SignInDeps } from '../../../indexer/auth/sign-in.ts';
import { createSignatureCheck } from '../../../indexer/contract/signatures.ts';
import type { Counters } from '../../../indexer/counters/counters.ts';
import { createMemoryCounters } from '../../../indexer/counters/memory.ts';
import { RpcError } from '../../../indexer/rpc/errors.ts';
import type { Book } from '../../../indexer/store/book.ts';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { rejected } from '../../rejection.ts';

const NOON = Date.parse('2026-11-25T12:00:00Z') / 1_000;
const SITE = 'https://host.example.org';
const PAGE = 'http://localhost:3000';
const SECRET = 'a secret of thirty-two characters or more';
const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const other = new Wallet(`0x${'22'.repeat(32)}`);

type Fields = Partial<SiweMessage>;

describe('createSignIn()', () => {
  let book: Book;
  let now: number;
  beforeEach(() => {
    now = NOON;
    book = openSqliteBook({ path: ':memory:' });
  });
  afterEach(() => book.close());

  const processOf = (change: Partial<SignInDeps> = {}) =>
    createSignIn({
      origins: [SITE, PAGE],
      chainId: 11_155_111,
      secret: SECRET,
      sessionSec: 3_600,
      book,
      counters: createMemoryCounters(),
      // No wallet here has code.
      checkSignature: createSignatureCheck({ batch: async () => ['0x'] }),
      nowSec: () => now,
      ...change,
    });
  const isoTime = (sec: number) => new Date(sec * 1_000).toISOString();
  /** The message that the host offers, with some fields as somebody else might have them. */
  function messageWith(change: Fields, host = processOf()): string {
    const { message } = host.offer(wallet.address);
    return new SiweMessage({ ...new SiweMessage(String(message)), warnings: [], ...change }).prepareMessage();
  }
  const signedBy = async (signer: Wallet, message: string, host = processOf()) =>
    host.signIn(message, await signer.signMessage(message));

  describe('signIn()', () => {
    const refusals: [what: string, fault: SignInRefused['fault'], change: Fields | (() => Fields)][] = [
      ['another domain', 'domain', { domain: 'evil.example.org' }],
      ['a domain with another port', 'domain', { domain: 'host.example.org:8443' }],
      ['a URI of another site', 'domain', { uri: 'https://evil.example.org/login' }],
      ['a URI of another of our sites', 'domain', { uri: PAGE }],
      ['a URI with another scheme', 'domain', { uri: 'http://host.example.org' }],
      ['a URI that is none of the web', 'domain', { uri: 'did:key:z6Mk' }],
      ['another scheme', 'domain', { scheme: 'http' }],
      ['another chain', 'chain', { chainId: 1 }],
      ['a nonce that nobody made', 'nonce', { nonce: '0123456789abcdef' }],
      ['a nonce made with another secret', 'nonce', () => ({ nonce: foreignNonce() })],
      [
        'a nonce whose time was prolonged',
        'nonce',
        () => ({ nonce: prolonged(processOf().offer(null).nonce) }),
      ],
      ['a nonce in upper case', 'nonce', () => ({ nonce: processOf().offer(null).nonce.toUpperCase() })],
      ['an Expiration Time that is over', 'expired', { expirationTime: isoTime(NOON) }],
      ['an Issued At before the nonce', 'expired', { issuedAt: isoTime(NOON - 301) }],
      ['an Issued At in the future', 'not yet', { issuedAt: isoTime(NOON + 301) }],
      ['a Not Before in the future', 'not yet', { notBefore: isoTime(NOON + 1) }],
      ["another wallet's address", 'signature', { address: other.address }],
    ];
    for (const [what, fault, change] of refusals) {
      it(`refuses ${what}: ${fault}`, async () => {
        const message = messageWith(typeof change === 'function' ? change() : change);
        expect(await rejected(signedBy(wallet, message), SignInRefused)).to.include({ fault });
      });
    }

    const foreignNonce = () => processOf({ secret: SECRET.toUpperCase() }).offer(null).nonce;
    const prolonged = (nonce: string) => nonce.slice(0, 32) + (NOON + 9_999).toString(16) + nonce.slice(40);

    for (const [what, text] of [
      ['no message', 'hello'],
      ['nothing', ''],
      ['another version', () => messageWith({}).replace('Version: 1', 'Version: 2')],
      ['a wrong checksum', () => messageWith({}).replace(wallet.address, wallet.address.replace('A', 'a'))],
      ['a time that is none', () => messageWith({}).replace(/Issued At: .*/, 'Issued At: yesterday')],
      ['a line too many', () => `${messageWith({})}\n`],
    ] as const) {
      it(`refuses ${what}: malformed`, async () => {
        const message = typeof text === 'string' ? text : text();
        expect(await rejected(signedBy(wallet, message), SignInRefused)).to.include({
          fault: 'malformed',
          wallet: null,
        });
      });
    }

    it("refuses another wallet's signature, one of another message and one that is none", async () => {
      const message = messageWith({});
      const signatures = [
        await other.signMessage(message),
        await wallet.signMessage(messageWith({})),
        '0x',
        '0x1234',
        `0x${'00'.repeat(65)}`,
      ];
      for (const signature of signatures) {
        const error = await rejected(processOf().signIn(message, signature), SignInRefused);
        expect(error).to.include({ fault: 'signature', wallet: wallet.address });
      }
      // None of them has used the nonce up.
      expect(await signedBy(wallet, message)).to.include({ wallet: wallet.address });
    });

    it('refuses a nonce after ten minutes', async () => {
      const message = messageWith({});
      now += 599;
      expect(await signedBy(wallet, message)).to.include({ wallet: wallet.address });
      const late = messageWith({});
      now += 600;
      expect(await rejected(signedBy(wallet, late), SignInRefused)).to.include({ fault: 'nonce' });
    });

    it('takes a nonce once: of many at once one, after a restart none', async () => {
      const message = messageWith({});
      const host = processOf();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => signedBy(wallet, message, host)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
      expect(await rejected(signedBy(wallet, message, processOf()), SignInRefused)).to.include({
        fault: 'nonce',
      });
    });

    it('takes a nonce once among processes with records of their own and shared counters', async () => {
      const counters = createMemoryCounters();
      const message = messageWith({});
      await signedBy(wallet, message, processOf({ counters }));
      const elsewhere = openSqliteBook({ path: ':memory:' });
      const again = signedBy(wallet, message, processOf({ counters, book: elsewhere }));
      expect(await rejected(again, SignInRefused)).to.include({ fault: 'nonce' });
      await elsewhere.close();
    });

    it('goes by the records alone while the counters do not answer', async () => {
      const down: Pick<Counters, 'claim'> = { claim: () => Promise.reject(new Error('connection lost')) };
      const message = messageWith({});
      expect(await signedBy(wallet, message, processOf({ counters: down }))).to.include({
        wallet: wallet.address,
      });
      const again = signedBy(wallet, message, processOf({ counters: down }));
      expect(await rejected(again, SignInRefused)).to.include({ fault: 'nonce' });
    });

    it('uses nothing up while the chain can not be asked about a smart wallet', async () => {
      const failure = new RpcError('unreachable', 'eth_call', 'connection lost');
      const cutOff = processOf({
        checkSignature: createSignatureCheck({ batch: () => Promise.reject(failure) }),
      });
      const message = messageWith({});
      expect(await rejected(signedBy(other, message, cutOff), RpcError)).to.equal(failure);
      expect(failure.retryable).to.equal(true);
      expect(await signedBy(wallet, message)).to.include({ wallet: wallet.address });
    });

    it('takes the message it offers, for its own site and for a page that may call', async () => {
      for (const origin of [SITE, PAGE]) {
        const { message } = processOf().offer(wallet.address, origin);
        expect(await signedBy(wallet, String(message))).to.include({ wallet: wallet.address });
      }
    });

    it('takes messages of the page itself: with a scheme, a path, without an end, with a clock that is off', async () => {
      const own: Fields[] = [
        { scheme: 'https' },
        { uri: `${SITE}/login?from=upload` },
        { expirationTime: '' },
        { issuedAt: isoTime(NOON - 299) },
        { issuedAt: isoTime(NOON + 299) },
        { notBefore: isoTime(NOON) },
        { address: wallet.address.toLowerCase() },
        { statement: 'Let me in', resources: ['https://host.example.org/terms'] },
      ];
      for (const change of own) {
        expect(await signedBy(wallet, messageWith(change)), JSON.stringify(change)).to.include({
          wallet: wallet.address,
        });
      }
    });

    it('gives a session of the usual length, or up to the end that the wallet signed', async () => {
      const usual = await signedBy(wallet, messageWith({ expirationTime: isoTime(NOON + 99_999) }));
      expect(usual.expiresAtSec).to.equal(NOON + 3_600);
      const sooner = await signedBy(wallet, messageWith({ expirationTime: isoTime(NOON + 60) }));
      expect(sooner.expiresAtSec).to.equal(NOON + 60);
    });
  });

  describe('offer()', () => {
    it('has a nonce and no message where the wallet is not known', () => {
      expect(processOf().offer(null)).to.include({ message: null, origin: SITE, expiresAtSec: NOON + 600 });
    });

    it('is for the page that asks if it may sign in people, else for the host itself', () => {
      const { origin, message } = processOf().offer(wallet.address, PAGE);
      expect(origin).to.equal(PAGE);
      expect(message).to.match(/^localhost:3000 wants you to sign in/);
      expect(processOf().offer(wallet.address, 'https://evil.example.org').origin).to.equal(SITE);
    });

    it('never has the same nonce twice', () => {
      const host = processOf();
      const nonces = Array.from({ length: 100 }, () => host.offer(null).nonce);
      expect(new Set(nonces).size).to.equal(100);
    });
  });

  describe('session()', () => {
    const tokenOf = async (host = processOf()) => (await signedBy(wallet, messageWith({}, host), host)).token;

    it('knows the wallet until the end, also in another process', async () => {
      const token = await tokenOf();
      now += 3_599;
      expect(await processOf().session(token)).to.deep.equal({
        wallet: wallet.address,
        expiresAtSec: NOON + 3_600,
      });
      now += 1;
      expect(await rejected(processOf().session(token), SessionRefused)).to.include({ fault: 'expired' });
    });

    const key = new TextEncoder().encode(SECRET);
    const claims = () => ({
      iss: 'stream-host',
      aud: 'eip155:11155111',
      sub: wallet.address,
      exp: NOON + 60,
    });
    const forged: [what: string, make: () => Promise<string> | string][] = [
      ['nothing', () => ''],
      ['text', () => 'token'],
      ['a changed wallet', async () => withClaims(await tokenOf(), { sub: other.address })],
      ['a changed end', async () => withClaims(await tokenOf(), { exp: NOON + 9_999_999 })],
      ['a cut signature', async () => (await tokenOf()).slice(0, -4)],
      ['no signature, as alg none', () => new UnsecuredJWT(claims()).encode()],
      [
        'no signature, as alg none in other letters',
        async () => {
          const [, payload] = (await tokenOf()).split('.');
          return `${encoded({ alg: 'nOnE', typ: 'JWT' })}.${payload}.`;
        },
      ],
      [
        'the secret itself as key',
        () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(key),
      ],
      ['another secret', async () => tokenOf(processOf({ secret: SECRET.toUpperCase() }))],
      ['another chain', async () => tokenOfChain(1)],
    ];
    for (const [what, make] of forged) {
      it(`refuses a token with ${what}: invalid`, async () => {
        expect(await rejected(processOf().session(await make()), SessionRefused)).to.include({
          fault: 'invalid',
        });
      });
    }

    async function tokenOfChain(chainId: number): Promise<string> {
      const host = processOf({ chainId });
      return (await signedBy(wallet, messageWith({}, host), host)).token;
    }
  });
});

function withClaims(token: string, change: Record<string, unknown>): string {
  const [header, , signature] = token.split('.');
  return `${header}.${encoded({ ...decodeJwt(token), ...change })}.${signature}`;
}

function encoded(json: unknown): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
