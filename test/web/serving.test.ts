import { expect } from 'chai';
import type { Stream } from '../../web/src/api/answers.ts';
import {
  answerWords,
  playedSources,
  playsWith,
  proposed,
  type ServedStream,
  servingOf,
  toTry,
  toTryOf,
  unpaidSource,
  type Verdict,
} from '../../web/src/pages/watch/serving.ts';
import type { Finding } from '../../web/src/player/probe.ts';
import { CID } from '../indexer/http/samples.ts';
import { OFFER, PRICE, STREAM, TERMS } from './gates.ts';

const page = new URL('https://videos.example.org/watch/bafy');
const fileUrl = `https://videos.example.org/ipfs/${CID}`;
const gateUrl = `https://videos.example.org/play/${CID}`;
const wallet = (index: number) => `0x${String(index).padStart(40, '0')}`;
const urlOf = (index: number) => `https://p${index}.example.net/video`;

const placesOf = (isOpen = false, isPackaged = false) => ({
  ...{ page, fileUrl, gateUrl, isOpen, isPackaged },
  terms: TERMS,
});

/** Of a gate that asks for what the chain says, or for something else. */
const asks = (index: number, url = urlOf(index), change: Partial<typeof OFFER> = {}): Finding => ({
  offers: [{ ...OFFER, provider: wallet(index), accessUrl: `${url}/access`, ...change }],
  previewSec: 0,
});
/** Under an earlier price. */
const BEFORE = { amount: 1n, unitPrice: 1n };
const SOLD: Finding = { offers: [], previewSec: 0 };

/** A stream in the state that the findings show. */
type Tried = (findings: Map<string, Finding>) => ServedStream;
const serving =
  (index: number, url = urlOf(index), isOpen = false, isPackaged = false): Tried =>
  (findings) =>
    servingOf(
      { ...STREAM, stream_url: url, content_distributor_wallet: wallet(index) } satisfies Stream,
      placesOf(isOpen, isPackaged),
      findings,
    );
const found = (...entries: [url: string, finding: Finding][]) => new Map(entries);
const nobody = found();
/** The number of the proposed one. */
const proposedOf = (all: readonly Tried[], findings: Map<string, Finding>, shown = '') => {
  const servings = all.map((each) => each(findings));
  return servings.indexOf(proposed(servings, findings, shown) as ServedStream);
};

describe('who is proposed to serve a video', () => {
  const three = [serving(0), serving(1), serving(2)];
  const chosen = (findings: Map<string, Finding>) => proposedOf(three, findings);

  it('is nobody who was found to cheat, while there is another, whoever answers', () => {
    const wrong = {
      state: 'wrong',
      reason: 'bytes_differ',
      checked_at: null,
      latency_ms: null,
      last_proof: null,
    };
    const cheat: Tried = (findings) => {
      const { stream, ...tried } = serving(0)(findings);
      return { ...tried, stream: { ...stream, health: wrong } };
    };
    expect(proposedOf([cheat, serving(1)], found([urlOf(0), 'plays'], [urlOf(1), 'plays']))).to.equal(1);
    expect(proposedOf([cheat, serving(1)], found([urlOf(0), 'plays'], [urlOf(1), 'silent']))).to.equal(1);
    expect(proposedOf([cheat], found([urlOf(0), 'plays']))).to.equal(0);
  });

  it('is who answers, not the first who is away', () => {
    expect(chosen(found([urlOf(0), 'silent'], [urlOf(1), 'plays']))).to.equal(1);
    expect(chosen(found([urlOf(0), SOLD], [urlOf(2), 'plays']))).to.equal(2);
  });

  it('is a gate that sells it as the chain says, not one that asks for something else', () => {
    expect(chosen(found([urlOf(0), asks(0, urlOf(0), { amount: 1n })], [urlOf(1), asks(1)]))).to.equal(1);
  });

  it("is nobody who has registered another provider's gate", () => {
    const thief = [serving(0, urlOf(1)), serving(1)];
    expect(proposedOf(thief, found([urlOf(1), asks(1)]))).to.equal(1);
  });

  it('stays who answered first: nobody else is paid because he answers later', () => {
    expect(chosen(found([urlOf(2), 'plays'], [urlOf(0), 'plays']))).to.equal(2);
  });

  it("is this host's own before a stranger's that answers first, and while it is tried", () => {
    const two = [serving(0), serving(1, gateUrl)];
    const stranger: [string, Finding] = [urlOf(0), asks(0)];
    expect(proposedOf(two, found(stranger, [gateUrl, asks(1, gateUrl)]))).to.equal(1);
    expect(proposedOf(two, found(stranger))).to.equal(1);
    expect(proposedOf(two, found(stranger, [gateUrl, 'silent']))).to.equal(0);
  });

  it('stays whom a person is shown, also where an own one begins to serve', () => {
    const two = [serving(0), serving(1, gateUrl)];
    const both = found([urlOf(0), asks(0)], [gateUrl, asks(1, gateUrl)]);
    expect(proposedOf(two, both, wallet(0))).to.equal(0);
    expect(proposedOf(two, both.set(urlOf(0), 'silent'), wallet(0))).to.equal(1);
  });

  it('is the first while nobody has answered, and nobody where there is none', () => {
    expect(chosen(nobody)).to.equal(0);
    expect(proposed([], nobody)).to.equal(undefined);
  });

  it("is nobody for this host's copy, which each of them has", () => {
    const open = [serving(0, urlOf(0), true), serving(1, urlOf(1), true)];
    const findings = found([fileUrl, 'plays'], [urlOf(0), 'silent'], [urlOf(1), 'plays']);
    expect(proposedOf(open, findings)).to.equal(1);
  });
});

describe('who is tried', () => {
  const many = Array.from({ length: 100 }, (_, index) => serving(index));
  const tried = (findings: Map<string, Finding>) => toTry(many.map((each) => each(findings)));

  it('are the first few; more while none of those plays; never all that somebody has registered', () => {
    const silent = (count: number) =>
      found(...many.slice(0, count).map((_, index): [string, Finding] => [urlOf(index), 'silent']));
    expect(tried(nobody)).to.have.length(8);
    expect(tried(silent(7))).to.have.length(8);
    expect(tried(silent(8))).to.have.length(16);
    expect(tried(silent(8).set(urlOf(3), 'plays'))).to.have.length(8);
    expect(tried(silent(100))).to.have.length(24);
  });

  it("is this host's copy only where the provider's stream does not play", () => {
    const open = serving(0, urlOf(0), true);
    const toTryOfIt = (findings: Map<string, Finding>) => toTryOf(open(findings), findings);
    expect(toTryOfIt(nobody)).to.deep.equal([urlOf(0)]);
    expect(toTryOfIt(found([urlOf(0), 'plays']))).to.deep.equal([urlOf(0)]);
    expect(toTryOfIt(found([urlOf(0), 'silent']))).to.deep.equal([urlOf(0), fileUrl]);
    expect(toTryOfIt(found([urlOf(0), 'silent'], [fileUrl, SOLD]))).to.have.length(2);
    expect(toTryOfIt(found([urlOf(0), asks(0)]))).to.deep.equal([urlOf(0)]);
  });

  it('is nobody whose address a browser may not follow', () => {
    expect(toTry([serving(0, 'http://192.168.0.1/')(nobody)])).to.deep.equal([]);
  });
});

describe('what a payment would buy', () => {
  const cases: [what: string, of: Tried, findings: Map<string, Finding>, verdict: Verdict, pay: boolean][] = [
    ['is not known before all is tried', serving(0), nobody, 'checking', false],
    [
      "is the CID's file from this host's address of it",
      serving(0, fileUrl),
      found([fileUrl, 'plays']),
      'checked',
      true,
    ],
    ['is not verified from anywhere else', serving(0), found([urlOf(0), 'plays']), 'unverified', true],
    [
      'is not verified from another file of this host',
      serving(0, `${fileUrl}x`),
      found([`${fileUrl}x`, 'plays']),
      'unverified',
      true,
    ],
    [
      "is this host's copy where the stream is away and the host serves it to everybody",
      serving(0, urlOf(0), true),
      found([urlOf(0), 'silent'], [fileUrl, 'plays']),
      'host',
      true,
    ],
    [
      'is nothing where this host wants a payment that nothing carries',
      serving(0, fileUrl),
      found([fileUrl, SOLD]),
      'sold',
      false,
    ],
    [
      "is the CID's file from this host's own gate",
      serving(0, gateUrl),
      found([gateUrl, asks(0, gateUrl)]),
      'gate',
      true,
    ],
    [
      'is the same where a host of this machine is called by another name on chain',
      (findings) => {
        const [one, other] = ['http://localhost:8000/play/bafy', 'http://127.0.0.1:8000/play/bafy'];
        const places = { ...placesOf(), page: new URL(one), gateUrl: one };
        return servingOf(
          { ...STREAM, stream_url: other, content_distributor_wallet: wallet(0) },
          places,
          findings,
        );
      },
      found(['http://127.0.0.1:8000/play/bafy', asks(0, 'http://127.0.0.1:8000/play/bafy')]),
      'gate',
      true,
    ],
    ['is not verified from another gate', serving(0), found([urlOf(0), asks(0)]), 'gate-unverified', true],
    [
      'is opened by keys that the CID names, from any gate',
      serving(0, urlOf(0), false, true),
      found([urlOf(0), asks(0)]),
      'gate-keys',
      true,
    ],
    [
      'comes from a gate before a copy that the host gives to everybody',
      serving(0, urlOf(0), true),
      found([urlOf(0), asks(0)]),
      'gate-unverified',
      true,
    ],
    [
      'is nothing at a gate that asks for more than the chain says',
      serving(0),
      found([urlOf(0), asks(0, urlOf(0), { amount: PRICE + 1n })]),
      'differs',
      false,
    ],
    [
      'is what a gate asked for when the chain said so, until it is asked again',
      serving(0),
      found([
        urlOf(0),
        { ...(asks(0, urlOf(0), BEFORE) as object), terms: { ...TERMS, price: 1n } } as Finding,
      ]),
      'gate-unverified',
      true,
    ],
    [
      'is nothing at a gate that sells it for somebody else',
      serving(0),
      found([urlOf(0), asks(1, urlOf(0))]),
      'sold',
      false,
    ],
    ['is nothing where the stream is away', serving(0), found([urlOf(0), 'silent']), 'silent', false],
    [
      'is nothing at an address that no browser may follow',
      serving(0, 'http://10.0.0.1/'),
      nobody,
      'silent',
      false,
    ],
  ];
  for (const [what, of, findings, verdict, pay] of cases) {
    it(what, () => {
      expect(of(findings).verdict).to.equal(verdict);
      expect(playsWith(verdict)).to.equal(pay);
    });
  }
});

describe('what the player plays', () => {
  const url = urlOf(0);
  const found0 = (previewSec: number) => found([url, { offers: [], previewSec }]);
  const of = (isPackaged: boolean, findings: Map<string, Finding>) => {
    const places = placesOf(true, isPackaged);
    const stream = { ...STREAM, stream_url: url, content_distributor_wallet: wallet(0) };
    const served = servingOf(stream, places, findings);
    const urls = (sources: readonly { url: string }[]) => sources.map((each) => each.url);
    return {
      played: urls(playedSources(served, places)),
      paid: urls(playedSources(served, places, 'https://p0.example.net/play/~token/film')),
      preview: unpaidSource(served, places, findings),
    };
  };

  it('is the file, at the address of the token where there is one', () => {
    const { played, paid } = of(false, nobody);
    expect(played).to.deep.equal([url, fileUrl]);
    expect(paid).to.deep.equal(['https://p0.example.net/play/~token/film', fileUrl]);
  });

  it('is the master playlist of a packaged video, likewise', () => {
    const { played, paid } = of(true, nobody);
    expect(played).to.deep.equal([`${url}/master.m3u8`, `${fileUrl}/master.m3u8`]);
    expect(paid[0]).to.equal('https://p0.example.net/play/~token/film/master.m3u8');
  });

  it('is the free start at the provider, where nothing is paid and the provider answers', () => {
    const { preview } = of(true, found0(10));
    expect(preview).to.include({ url: `${url}/master.m3u8`, isPreview: true, previewSec: 10 });
    for (const none of [of(true, nobody), of(true, found([url, 'silent']))])
      expect(none.preview).to.equal(undefined);
  });
});

describe('what stands beside a provider', () => {
  it('is never nothing: one that was not tried was not asked', () => {
    expect(answerWords(undefined, false)).to.deep.equal({ tone: 'plain', text: 'not asked yet' });
    expect(answerWords('gate', false)).to.deep.equal({ tone: 'good', text: 'answers' });
    expect(answerWords('silent', false)).to.deep.equal({ tone: 'warm', text: 'does not play' });
  });

  it('is that it is paid, unless it does not play', () => {
    expect(answerWords(undefined, true)).to.deep.equal({ tone: 'good', text: 'paid' });
    expect(answerWords('plays', true)).to.deep.equal({ tone: 'good', text: 'paid' });
    expect(answerWords('differs', true)).to.deep.equal({ tone: 'warm', text: 'another price' });
  });
});
