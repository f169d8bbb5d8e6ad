import { expect } from 'chai';
import type { Stream } from '../../web/src/api/answers.ts';
import {
  playsWith,
  proposed,
  type Serving,
  servingOf,
  toTry,
  toTryOf,
  type Verdict,
  verdictOf,
} from '../../web/src/pages/watch/serving.ts';
import type { Finding } from '../../web/src/player/probe.ts';
import { CID, CREATOR } from '../indexer/http/samples.ts';

const page = new URL('https://videos.example.org/watch/bafy');
const fileUrl = `https://videos.example.org/ipfs/${CID}`;
const wallet = (index: number) => `0x${String(index).padStart(40, '0')}`;
const urlOf = (index: number) => `https://p${index}.example.net/video`;

const serving = (index: number, url = urlOf(index), isOpen = false): Serving =>
  servingOf(
    {
      cid: CID,
      stream_url: url,
      content_distributor_wallet: wallet(index),
      content_creator_wallet: CREATOR,
      content_id: '0x1',
      contract: '0x2',
      registered_at: '2023-07-31T12:00:00Z',
    } satisfies Stream,
    { page, fileUrl, isOpen },
  );
const found = (...entries: [url: string, finding: Finding][]) => new Map(entries);
const nobody = found();

describe('who is proposed to serve a video', () => {
  const three = [serving(0), serving(1), serving(2)];
  const chosen = (wanted: string, findings: Map<string, Finding>) =>
    three.indexOf(proposed(three, wanted, findings) as Serving);

  it('is who answers, not the first who is away', () => {
    expect(chosen('', found([urlOf(0), 'silent'], [urlOf(1), 'plays']))).to.equal(1);
    expect(chosen('', found([urlOf(0), 'sold'], [urlOf(2), 'plays']))).to.equal(2);
  });

  it('stays who answered first: nobody else is paid because he answers later', () => {
    expect(chosen('', found([urlOf(2), 'plays'], [urlOf(0), 'plays']))).to.equal(2);
  });

  it('is whom the person names, whatever others do', () => {
    expect(chosen(wallet(0), found([urlOf(0), 'silent'], [urlOf(1), 'plays']))).to.equal(0);
  });

  it('is the first while nobody has answered, and nobody where there is none', () => {
    expect(chosen('', nobody)).to.equal(0);
    expect(proposed([], '', nobody)).to.equal(undefined);
  });

  it("is nobody for this host's copy, which each of them has", () => {
    const open = [serving(0, urlOf(0), true), serving(1, urlOf(1), true)];
    const findings = found([fileUrl, 'plays'], [urlOf(0), 'silent'], [urlOf(1), 'plays']);
    expect(proposed(open, '', findings)).to.equal(open[1]);
  });
});

describe('who is tried', () => {
  const many = Array.from({ length: 100 }, (_, index) => serving(index));

  it('are the first few; more while none of those plays; never all that somebody has registered', () => {
    const silent = (count: number) =>
      found(...many.slice(0, count).map((_, index): [string, Finding] => [urlOf(index), 'silent']));
    expect(toTry(many, nobody)).to.have.length(8);
    expect(toTry(many, silent(7))).to.have.length(8);
    expect(toTry(many, silent(8))).to.have.length(16);
    expect(toTry(many, silent(8).set(urlOf(3), 'plays'))).to.have.length(8);
    expect(toTry(many, silent(100))).to.have.length(24);
  });

  it("is this host's copy only where the provider's stream does not play", () => {
    const { sources } = serving(0, urlOf(0), true);
    expect(toTryOf(sources, nobody)).to.deep.equal([urlOf(0)]);
    expect(toTryOf(sources, found([urlOf(0), 'plays']))).to.deep.equal([urlOf(0)]);
    expect(toTryOf(sources, found([urlOf(0), 'silent']))).to.deep.equal([urlOf(0), fileUrl]);
    expect(toTryOf(sources, found([urlOf(0), 'silent'], [fileUrl, 'sold']))).to.have.length(2);
  });

  it('is nobody whose address a browser may not follow', () => {
    expect(toTry([serving(0, 'http://192.168.0.1/')], nobody)).to.deep.equal([]);
  });
});

describe('what a payment would buy', () => {
  const cases: [what: string, of: Serving, findings: Map<string, Finding>, verdict: Verdict, pay: boolean][] =
    [
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
        found([fileUrl, 'sold']),
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
  for (const [what, { sources }, findings, verdict, pay] of cases) {
    it(what, () => {
      expect(verdictOf(sources, findings, fileUrl)).to.equal(verdict);
      expect(playsWith(verdict)).to.equal(pay);
    });
  }
});
