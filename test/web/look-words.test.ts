import { expect } from 'chai';
import { lookWords, onlyHere } from '../../web/src/pages/provide/look-words.ts';
import type { StreamLook } from '../../web/src/pages/provide/stream-look.ts';

const look = (more: Partial<StreamLook>): StreamLook => ({
  ...{ state: 'ok', reason: null, latency_ms: 7, findings: [] },
  ...more,
});
const found = (check: string, result: string, detail = 'Why.') => ({ check, result, detail });

describe('the look at an address before it is registered', () => {
  const cases: [what: string, look: StreamLook | null, title: RegExp, stops: boolean][] = [
    ['what the CID names', look({ findings: [found('bytes', 'right')] }), /in 7 ms, and serves what/, false],
    ['a gate', look({ findings: [found('offer', 'right')] }), /asks for what the chain says/, false],
    ['nobody', look({ state: 'silent', latency_ms: null, reason: 'unreachable' }), /Nothing answers/, true],
    ['errors', look({ state: 'silent', reason: 'busy' }), /does not serve this video/, true],
    ['another file', look({ state: 'wrong', reason: 'bytes_differ' }), /not this video/, true],
    ['this network', look({ state: 'unchecked', reason: 'not_public' }), /Only this machine/, true],
    ['no blocks', look({ state: 'unchecked', reason: 'not_verifiable' }), /not verified/, false],
    ['this host', look({ state: 'unchecked', reason: 'own' }), /This host serves it/, false],
    ['a host that does not look', null, /Nobody has looked/, false],
  ];
  for (const [what, of, title, stops] of cases) {
    it(`that finds ${what} says so, and ${stops ? 'asks' : 'goes on'}`, () => {
      const words = lookWords(of);
      expect(words.title).to.match(title);
      expect(words.stops).to.equal(stops);
    });
  }

  it('gives the reason that the host gives', () => {
    const findings = [found('answer', 'right', 'It answers.'), found('offer', 'wrong', 'Another price.')];
    expect(lookWords(look({ state: 'wrong', findings })).detail).to.equal('Another price.');
  });

  it('is not needed for an address of one’s own network, unless the page is there as well', () => {
    const page = { hostname: 'videos.example.org' };
    for (const url of ['http://localhost:9000/s', 'http://10.1.2.3/', 'http://[::1]/', 'http://nas.local/'])
      expect(onlyHere(url, page)?.stops, url).to.equal(true);
    for (const url of ['https://example.org/s', 'http://172.32.0.1/', 'https://10.example.org/', ''])
      expect(onlyHere(url, page), url).to.equal(null);
    expect(onlyHere('http://localhost:9000/s', { hostname: '127.0.0.1' })).to.equal(null);
  });
});
