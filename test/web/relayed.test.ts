import { expect } from 'chai';
import { SellerRefused } from '../../client/errors.ts';
import type { ChainFacts } from '../../web/src/api/answers.ts';
import { NATIVE } from '../../web/src/contract/money.ts';
import { patientFetch } from '../../web/src/playback/sale/patient-fetch.ts';
import { isRelayRefusal, relayedFrom } from '../../web/src/playback/sale/relayed.ts';

const [CONTRACT, PROVIDER, TOKEN] = ['0xAA', '0xBB', '0xCC'];
const CHAIN = {
  contract: CONTRACT,
  provider_wallet: PROVIDER,
  relayed_deposits: [{ token: TOKEN, min_base_units: '2000000' }],
} as ChainFacts;
const DEPOSIT = { contract: '0xaa', provider: '0xbb', token: '0xcc' };

describe('a deposit that the host brings in', () => {
  it('is one with its own provider, in a coin that it names, from the amount that it says', () => {
    expect(relayedFrom(CHAIN, DEPOSIT)).to.equal(2_000_000n);
  });

  const others: [what: string, chain: Partial<ChainFacts>, deposit: Partial<typeof DEPOSIT>][] = [
    ['with another provider', {}, { provider: '0xdd' }],
    ['in another coin', {}, { token: '0xdd' }],
    ['in the native coin', {}, { token: NATIVE }],
    ['at an older contract', {}, { contract: '0xdd' }],
    ['at a host that serves for nobody', { provider_wallet: null }, {}],
    ['at a host that pays for nothing', { relayed_deposits: [] }, {}],
    ['at a host that does not know of it', { relayed_deposits: undefined }, {}],
  ];
  for (const [what, chain, deposit] of others) {
    it(`is none ${what}`, () => {
      expect(relayedFrom({ ...CHAIN, ...chain }, { ...DEPOSIT, ...deposit })).to.equal(null);
    });
  }

  it('is left to the wallet where the host refuses before it has sent anything, and only then', () => {
    const said = (problem: string) => ({ status: 402, problem, retryAfterSec: null, detail: '' });
    const refusal = (problem: string) => isRelayRefusal(new SellerRefused('seller_refused', said(problem)));
    const codes = ['deposit_too_small', 'relay_budget', 'relay_not_allowed', 'relay_unavailable'];
    expect(codes.map(refusal)).to.deep.equal([true, true, true, true]);
    expect(['relay_pending', 'contract_refused', 'nonce_used'].map(refusal)).to.deep.equal([
      ...[false, false, false],
    ]);
    expect(isRelayRefusal(new TypeError('Failed to fetch'))).to.equal(false);
  });
});

describe('what a wallet has signed for the host to send', () => {
  const real = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = real;
  });
  const answering = (...answers: (Response | Error)[]) => {
    const sent: string[] = [];
    globalThis.fetch = async (url) => {
      sent.push(String(url));
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next instanceof Error) throw next;
      return (next as Response).clone();
    };
    return sent;
  };
  const refused = (status: number, code: string) => Response.json({ code }, { status });

  it('is sent again while it is on its way, and when an answer was lost', async () => {
    const sent = answering(new TypeError('lost'), refused(503, 'relay_pending'), Response.json({}));
    expect((await patientFetch('/channels', {}, 0)).status).to.equal(200);
    expect(sent).to.have.length(3);
  });

  it('is not sent again once it is refused', async () => {
    const sent = answering(refused(503, 'relay_budget'));
    expect(await (await patientFetch('/channels', {})).json()).to.deep.equal({ code: 'relay_budget' });
    expect(sent).to.have.length(1);
  });
});
