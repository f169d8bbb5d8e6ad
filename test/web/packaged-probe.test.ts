import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { packagedFormAt, tryPackaged } from '../../web/src/player/probe.ts';
import { ACCEPTED, headerOf, OFFER } from './gates.ts';

const HASH = 'ab'.repeat(32);
const NEVER = new AbortController().signal;

describe('trying a packaged video, before anything is paid', () => {
  let server: Server;
  let url: string;
  /** By path: a status, a body, headers. Anything else is 404. */
  let answers: Record<string, [status: number, body?: unknown, headers?: Record<string, string>]>;
  let asked: string[];

  before(async () => {
    server = createServer(({ method, url: path = '' }, response) => {
      asked.push(`${method} ${path}`);
      const [status, body, headers] = answers[path] ?? [404];
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/play/film`;
  });
  beforeEach(() => {
    asked = [];
    answers = {};
  });
  after(() => void server.close());

  const content = (keys: unknown, preview_sec: unknown = 10) => ({ version: 1, keys, preview_sec });
  const gate = { 'PAYMENT-REQUIRED': headerOf([ACCEPTED]) };

  it('plays where no unit has a key', async () => {
    answers['/play/film/content.json'] = [200, content([null, null])];
    expect(await tryPackaged(url, NEVER)).to.equal('plays');
  });

  it('is sold where its first key is: with its price, and the free start', async () => {
    answers['/play/film/content.json'] = [200, content([null, HASH, HASH])];
    answers['/play/film/keys/1'] = [402, {}, gate];
    expect(await tryPackaged(url, NEVER)).to.deep.equal({ offers: [OFFER], previewSec: 10 });
    expect(asked).to.deep.equal(['GET /play/film/content.json', 'HEAD /play/film/keys/1']);
  });

  it('plays where that key is given to everybody', async () => {
    answers['/play/film/content.json'] = [200, content([HASH])];
    answers['/play/film/keys/0'] = [200, 'sixteen bytes of'];
    expect(await tryPackaged(url, NEVER)).to.equal('plays');
  });

  it('is not offered where this browser has none of its codecs', async () => {
    const asked = (types: string[]) => ({ isTypeSupported: (type: string) => types.includes(type) });
    const renditions = [{ codecs: 'hvc1.1.6.L60.90,mp4a.40.2' }, { codecs: 'avc1.64001f,mp4a.40.2' }];
    answers['/play/film/content.json'] = [200, { ...content([null]), renditions }];
    const browser = globalThis as { MediaSource?: object };
    try {
      browser.MediaSource = asked([]);
      expect(await tryPackaged(url, NEVER)).to.equal('codec');
      browser.MediaSource = asked(['video/mp4; codecs="avc1.64001f,mp4a.40.2"']);
      expect(await tryPackaged(url, NEVER)).to.equal('plays');
    } finally {
      delete browser.MediaSource;
    }
  });

  it('is sold by nobody where there are files and no keys', async () => {
    answers['/play/film/content.json'] = [200, content([HASH])];
    expect(await tryPackaged(url, NEVER)).to.deep.equal({ offers: [], previewSec: 10 });
  });

  it('is sold as a file where its files themselves are', async () => {
    answers['/play/film/content.json'] = [402, {}, gate];
    expect(await tryPackaged(url, NEVER)).to.deep.equal({ offers: [OFFER], previewSec: 0 });
  });

  for (const [what, body] of [
    ['no JSON', 'hello'],
    ['no keys', content('none')],
    ['no seconds', content([HASH], 'ten')],
  ] as const) {
    it(`does not answer where content.json is ${what}`, async () => {
      answers['/play/film/content.json'] = [200, body];
      expect(await tryPackaged(url, NEVER)).to.equal('silent');
      expect(await packagedFormAt(url, NEVER)).to.equal(undefined);
    });
  }

  it('does not answer where nobody is', async () => {
    expect(await tryPackaged('http://127.0.0.1:9/play/film', NEVER)).to.equal('silent');
    expect(await packagedFormAt('http://127.0.0.1:9/play/film', NEVER)).to.equal(undefined);
  });

  it('is recognised by its content.json, also whether it is protected', async () => {
    answers['/play/film/content.json'] = [200, content([null, HASH])];
    expect(await packagedFormAt(url, NEVER)).to.equal('protected');
    answers['/play/film/content.json'] = [200, content([null])];
    expect(await packagedFormAt(url, NEVER)).to.equal('packaged');
  });
});
