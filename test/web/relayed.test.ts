import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { SellerRefused } from '../../client/errors.ts';
import type { ChainFacts } from '../../web/src/api/answers.ts';
import { NATIVE } from '../../web/src/contract/money.ts';
import { createStore } from '../../web/src/lib/store.ts';
import { deposits, type Means } from '../../web/src/playback/sale/deposits.ts';
import { patientFetch } from '../../web/src/playback/sale/patient-fetch.ts';
import {
  isRefusedForGood,
  isRelayRefusal,
  isReleased,
  relayedFrom,
} from '../../web/src/playback/sale/relayed.ts';
import { signedDeposits } from '../../web/src/playback/sale/signed-deposits.ts';
import { rejection } from '../rejection.ts';

const [CONTRACT, PROVIDER, TOKEN] = ['0xAA', '0xBB', '0xCC'];
const CHAIN = {
  contract: CONTRACT,
  provider_wallet: PROVIDER,
  relayed_deposits: [{ token: TOKEN, min_base_units: '2000000' }],
} as ChainFacts;
const PACE = { pauseMs: 0 };
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

  it('goes back at once where it is with a host that does so for its coin, of any contract', () => {
    const chain = { ...CHAIN, released_coins: [DEPOSIT.token.toUpperCase().replace('0X', '0x')] };
    expect(isReleased(chain, DEPOSIT)).to.equal(true);
    expect(isReleased(chain, { ...DEPOSIT, token: ZeroAddress })).to.equal(false);
    expect(isReleased(chain, { ...DEPOSIT, provider: '0xdd' })).to.equal(false);
    expect(isReleased({ ...chain, provider_wallet: null }, DEPOSIT)).to.equal(false);
    expect(isReleased(CHAIN, DEPOSIT)).to.equal(false);
  });

  it('goes back by the wallet once the host has said no to the key, not while it is away', () => {
    const error = (status: number, problem: string) =>
      new SellerRefused(
        'seller_refused',
        { status, problem, retryAfterSec: null, detail: '' },
        status >= 500,
      );
    expect(isRefusedForGood(error(409, 'voucher_missing'))).to.equal(true);
    expect(isRefusedForGood(error(503, 'relay_budget'))).to.equal(true);
    expect(isRefusedForGood(error(503, 'unavailable'))).to.equal(false);
    expect(isRefusedForGood(new TypeError('Failed to fetch'))).to.equal(false);
  });

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
  const codeOf = async (answer: Response) => (await answer.json()).code;
  const NO_TIME = { ...PACE, timeoutMs: -1 };

  it('is sent again while it is on its way, and when an answer was lost', async () => {
    const sent = answering(new TypeError('lost'), refused(503, 'relay_pending'), Response.json({}));
    expect((await patientFetch('/channels', {}, PACE)).status).to.equal(200);
    expect(sent).to.have.length(3);
  });

  it('is not sent again once it is refused', async () => {
    const sent = answering(refused(503, 'relay_budget'));
    expect(await (await patientFetch('/channels', {})).json()).to.deep.equal({ code: 'relay_budget' });
    expect(sent).to.have.length(1);
  });

  it('is not called refused once it may be on its way, whatever the host says of sending it anew', async () => {
    for (const unknown of [
      refused(503, 'relay_pending'),
      refused(503, 'unavailable'),
      new TypeError('lost'),
    ]) {
      const sent = answering(unknown, refused(503, 'relay_unavailable'), Response.json({}));
      expect((await patientFetch('/channels', {}, PACE)).status).to.equal(200);
      expect(sent).to.have.length(3);
    }
    let turn = 0;
    globalThis.fetch = async () => refused(503, turn++ === 0 ? 'relay_pending' : 'relay_unavailable');
    const last = await patientFetch('/channels', {}, { pauseMs: 0, timeoutMs: 20 });
    expect([await codeOf(last), turn > 1]).to.deep.equal(['relay_pending', true]);
  });

  const VIEWER = '0xEE';
  const NOW_SEC = Math.floor(Date.now() / 1000);
  const bodyOf = (validBefore = NOW_SEC + 540) =>
    JSON.stringify({ viewer: VIEWER, amount: '7', valid_before: String(validBefore), signature: '0x5a' });
  const post = (body: string) => ({ method: 'POST', body });

  /** A sale with a deposit, whose next one is signed and of which nobody knows what became. */
  async function unknownDeposit(validBefore?: number) {
    const kept = createStore<Readonly<Record<string, string>>>({});
    const signed = signedDeposits('', 'here', { ...NO_TIME, kept });
    answering(refused(503, 'relay_pending'));
    expect(await codeOf(await signed.fetch('/channels', post(bodyOf(validBefore))))).to.equal(
      'relay_pending',
    );
    const record = { limit: 1n };
    const added: bigint[] = [];
    const found = {
      topUp: async (amount: bigint) => void added.push(amount),
      exclusively: async (work: (open: object) => Promise<void>) =>
        await work({ record, write: async (next: object) => void Object.assign(record, next) }),
    };
    // After a reload.
    const again = signedDeposits('', 'here', { ...NO_TIME, kept });
    const terms = {
      channels: {},
      found,
      host: '',
      relayedFrom: 1n,
      onDeposit: () => undefined,
      signed: again,
    };
    const sale = deposits(terms as unknown as Parameters<typeof deposits>[0]);
    const wallet = { getAddress: async () => VIEWER };
    const means = (by: Means['by']) =>
      ({ wallet, by, requireFunds: async () => undefined }) as unknown as Means;
    const press = (by: Means['by'] = 'signature') => sale.deposit(means(by), 9n);
    return { press, added, record };
  }

  it('is what the next press sends again, also where the wallet could send another one', async () => {
    const { press, added, record } = await unknownDeposit();
    for (const code of ['relay_unavailable', 'relay_pending', 'signature_expired']) {
      answering(refused(503, code));
      for (const by of ['signature', 'wallet'] as const) {
        expect(await rejection(press(by)), code).to.include({ name: 'DepositUnderWay' });
      }
    }
    answering(new TypeError('lost'));
    expect(await rejection(press())).to.include({ name: 'DepositUnderWay' });
    const sent = answering(Response.json({}));
    await press();
    expect([sent.length, added, record.limit]).to.deep.equal([1, [], 8n]);
    await press();
    expect([sent.length, added]).to.deep.equal([1, [9n]]);
  });

  it('gives way to another one once it can not arrive any more', async () => {
    const late = await unknownDeposit(NOW_SEC - 61);
    answering(refused(400, 'signature_expired'));
    await late.press();
    const cancelled = await unknownDeposit();
    answering(refused(400, 'nonce_used'));
    await cancelled.press();
    expect([late.added, cancelled.added, late.record.limit]).to.deep.equal([[9n], [9n], 1n]);
  });

  it('is forgotten where the host has sent nothing', async () => {
    const signed = signedDeposits('', 'here', { ...NO_TIME, kept: createStore({}) });
    answering(refused(503, 'relay_budget'));
    await signed.fetch('/channels', post(bodyOf()));
    answering(new Error('Nothing is asked.'));
    expect(await signed.last(VIEWER)).to.equal(null);
  });
});
