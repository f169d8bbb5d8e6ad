import { expect } from 'chai';
import { sourcesOf } from '../../web/src/player/sources.ts';

const PUBLIC = new URL('https://videos.example.org/watch/bafy');
const LOCAL = new URL('http://localhost:8000/watch/bafy');
const COPY = 'https://videos.example.org/ipfs/bafy';

describe('where the player looks for a video', () => {
  it("is the provider's stream first, then the host's copy", () => {
    expect(sourcesOf('https://stream.example.net/a', COPY, PUBLIC)).to.deep.equal([
      { url: 'https://stream.example.net/a', from: 'provider' },
      { url: COPY, from: 'host' },
    ]);
  });

  it('is the stream alone where the host has no copy to give, and once where they are the same', () => {
    expect(sourcesOf('https://stream.example.net/a', null, PUBLIC).map(({ from }) => from)).to.deep.equal([
      'provider',
    ]);
    expect(sourcesOf(COPY, COPY, PUBLIC)).to.deep.equal([{ url: COPY, from: 'host' }]);
  });

  for (const url of ['javascript:alert(1)', 'data:video/mp4,', 'ftp://a.example/b', 'blob:x', '', 'a b']) {
    it(`is never ${JSON.stringify(url)}`, () => {
      expect(sourcesOf(url, null, PUBLIC)).to.deep.equal([]);
    });
  }

  for (const host of [
    'localhost:9000',
    'a.localhost',
    '127.0.0.1',
    '2130706433',
    '10.1.2.3',
    '192.168.0.1',
    '172.20.0.1',
    '169.254.169.254',
    '[::1]',
    '[fd00::1]',
    'router',
  ]) {
    it(`is not ${host} for a page of the internet, and may be for a page of this machine`, () => {
      expect(sourcesOf(`http://${host}/`, null, PUBLIC)).to.deep.equal([]);
      expect(sourcesOf(`http://${host}/`, null, LOCAL)).to.have.length(1);
    });
  }
});
