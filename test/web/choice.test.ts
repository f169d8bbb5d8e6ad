import { expect } from 'chai';
import type { Stream } from '../../web/src/api/answers.ts';
import {
  awayOf,
  chosenOf,
  isPaidAt,
  type NextStep,
  nextStepOf,
  type Rights,
} from '../../web/src/pages/watch/choice.ts';
import type { ValidPayment } from '../../web/src/pages/watch/good-for.ts';
import type { ServedStream, Verdict } from '../../web/src/pages/watch/serving.ts';
import { STREAM } from './gates.ts';

const wallet = (name: string) => `0x${name.repeat(40)}`;
const serving = (name: string): ServedStream => ({
  stream: { ...STREAM, content_distributor_wallet: wallet(name) },
  ...{ sources: [], ownUrl: name, answer: 'gate', verdict: 'gate', isOwn: false },
});
const [A, B, C] = [serving('a'), serving('b'), serving('c')];
const ALL = [A, B, C];

const paid = (untilMs = 1, direct = true): ValidPayment => ({
  ...{ amount: '0.001', units: 1, provider: '', txHash: null, at: '2023-07-31T12:00:00Z' },
  untilMs,
  direct,
});
const rights = (
  payments: Record<string, ValidPayment> | undefined,
  tokens: readonly string[] = [],
  free = false,
): Rights => ({
  payments: payments && new Map(Object.entries(payments).map(([name, each]) => [wallet(name), each])),
  tokenOf: ({ content_distributor_wallet }: Stream) =>
    tokens.some((name) => wallet(name) === content_distributor_wallet)
      ? { token: '', until_sec: 0, play_url: '' }
      : undefined,
  free,
});

describe('a provider that is paid', () => {
  const at = (verdict: Verdict, direct: boolean) =>
    isPaidAt({ ...B, verdict }, rights({ b: paid(1, direct) }));

  it('has it open to the wallet: what a deposit has paid is not, also once that is taken back', () => {
    expect([at('gate-keys', true), at('gate-keys', false), at('gate', false)]).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect([at('unverified', false), at('checking', true), at('checking', false)]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(isPaidAt(A, rights({ b: paid() }))).to.equal(false);
  });
});

describe('what stands between a viewer and the video', () => {
  const cases: [what: string, verdict: Verdict, of: Rights, nextStep: NextStep][] = [
    ['nothing with a token, before anything was tried', 'checking', rights({}, ['b']), 'plays'],
    ['a look, while the records or the stream have not answered', 'gate', rights(undefined), 'checking'],
    ['a payment at a gate', 'gate-unverified', rights({}), 'pay'],
    ['a payment to this provider, whoever else was paid', 'gate', rights({ a: paid() }), 'pay'],
    ['a signature at a gate that was paid', 'gate', rights({ b: paid() }), 'sign'],
    ['a payment where somebody else had paid before', 'gate', rights({ b: paid(1, false) }), 'pay'],
    ['a payment where all plays, as the page sees it', 'unverified', rights({}), 'pay'],
    ['nothing where all plays and it is paid', 'unverified', rights({ b: paid(1, false) }), 'plays'],
    ['nothing where it is free', 'checked', rights({}, [], true), 'plays'],
  ];
  for (const [what, verdict, of, nextStep] of cases) {
    it(`is ${what}`, () => {
      expect(nextStepOf({ ...B, verdict }, of)).to.equal(nextStep);
    });
  }
  for (const verdict of ['sold', 'silent', 'differs'] as const) {
    it(`is no payment where what answers is ${verdict}`, () => {
      expect(nextStepOf({ ...B, verdict }, rights({}))).to.equal('nothing');
    });
  }
});

describe('which provider is chosen', () => {
  const choose = ({ namedProvider = '', of = rights({}), lost = [] as ServedStream[], servings = ALL }) => {
    const choice = {
      ...{ namedProvider, rights: of, lost: lost.map(({ stream }) => stream.content_distributor_wallet) },
      found: new Map([['c', { offers: [], previewSec: 0 }]]),
    };
    return { chosen: chosenOf(servings, choice), away: awayOf(servings, choice) };
  };

  it('is whom the person names', () => {
    expect(choose({ namedProvider: wallet('b'), of: rights({ a: paid() }, ['a']) }).chosen).to.equal(B);
  });

  it('is who needs no signature, then who was paid last, then who is proposed', () => {
    expect(choose({ of: rights({ a: paid(9), b: paid(5) }, ['b']) }).chosen).to.equal(B);
    expect(choose({ of: rights({ a: paid(5), b: paid(9) }) }).chosen).to.equal(B);
    expect(choose({}).chosen).to.equal(C);
  });

  it('is another when the one that plays is lost: one that is open by itself, else one to be paid', () => {
    const lost = [B];
    expect(choose({ namedProvider: wallet('b'), lost, of: rights({}, ['a', 'b']) })).to.deep.equal({
      chosen: A,
      away: B,
    });
    expect(choose({ namedProvider: wallet('b'), lost, of: rights({ b: paid() }, ['b']) })).to.deep.equal({
      chosen: C,
      away: B,
    });
  });

  it('is another when the one that was paid is not there', () => {
    const of = rights({ b: paid() });
    const away: ServedStream = { ...B, answer: 'silent', verdict: 'silent' };
    const servings = [A, away, C];
    expect(choose({ servings, of })).to.deep.equal({ chosen: C, away });
    expect(choose({ namedProvider: wallet('b'), servings, of })).to.deep.equal({ chosen: C, away });
  });

  it('is the last that was lost when all are', () => {
    expect(choose({ lost: [C, A, B] }).chosen).to.equal(B);
  });
});
