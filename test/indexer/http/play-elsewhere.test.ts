import { expect } from 'chai';
import { type Answer, expectProblem } from './api.ts';
import { demanded, type Playing, PRICE, type Sold, STRANGER, spellingsOf, startPlaying } from './playing.ts';

const ALLOWED = 'http://localhost:3000';

describe('what pages and programs elsewhere learn of what is sold', () => {
  let host: Playing;
  let film: Sold;
  before(async () => {
    host = await startPlaying();
    film = await host.sold();
    await host.pay(film);
  });
  after(() => host.stop());

  describe('CORS of /play', () => {
    for (const origin of ['https://elsewhere.example.org', ALLOWED]) {
      it(`lets ${origin} ask, with a token and for a range, and bring what is signed`, async () => {
        for (const [path, method] of [
          [`/play/${film.cid}`, 'GET'],
          [`/play/~${'A'.repeat(22)}/${film.cid}`, 'HEAD'],
          [`/play/${film.cid}/access`, 'POST'],
        ] as const) {
          const asked = 'authorization,content-type,payment-signature,prefer,range';
          const { status, headers } = await fetch(host.api.url + path, {
            method: 'OPTIONS',
            headers: {
              origin,
              'access-control-request-method': method,
              'access-control-request-headers': asked,
            },
          });
          expect([status, headers.get('access-control-allow-origin')]).to.deep.equal([204, '*']);
          expect(headers.get('access-control-allow-credentials')).to.equal(null);
          expect(headers.get('access-control-allow-methods')).to.contain(method);
          const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(',');
          expect(allowed).to.include.members(asked.split(','));
          expect(headers.get('access-control-max-age')).to.equal('7200');
        }
      });

      it(`lets ${origin} read how to pay, and what it is served`, async () => {
        const token = await host.token(film);
        const body = JSON.stringify(await host.access(film));
        const json = { origin, 'content-type': 'application/json' };
        for (const answer of [
          await host.play(film.cid, { headers: { origin } }),
          await host.play(`~${token}/${film.cid}`, { headers: { origin, range: 'bytes=0-9' } }),
          await host.play(`${film.cid}/access`, { method: 'POST', body, headers: json }),
        ]) {
          expect(answer.headers.get('access-control-allow-origin')).to.equal('*');
          expect(answer.headers.get('access-control-allow-credentials')).to.equal(null);
          expect(answer.headers.get('access-control-expose-headers')?.split(',')).to.have.members([
            ...['PAYMENT-REQUIRED', 'PAYMENT-RESPONSE', 'Retry-After', 'ETag'],
            ...['Content-Range', 'Content-Length', 'Accept-Ranges'],
          ]);
          expect(answer.headers.get('referrer-policy')).to.equal('no-referrer');
        }
      });
    }
  });

  describe('402 at /ipfs/{cid}', () => {
    it('leads to /play and says how to pay, by every spelling, where this host offers it', async () => {
      for (const spelling of spellingsOf(film.cid)) {
        const answer = await fetch(`${host.api.url}/ipfs/${spelling}`, {
          headers: { origin: 'https://elsewhere.example.org' },
        });
        const { error, resource, accepts } = demanded(answer.headers);
        const url = `${host.api.url}/play/${film.cid}`;
        expect({ error, url: resource.url }).to.deep.equal({ error: 'payment_required', url });
        expect(accepts.map(({ extra }) => extra.access.url)).to.deep.equal([`${url}/access`]);
        expect(answer.headers.get('access-control-expose-headers')).to.contain('PAYMENT-REQUIRED');
        const body = (await answer.json()) as Answer['body'];
        expect(body.detail).to.contain(`/play/${film.cid}`);
        expectProblem(
          { status: answer.status, headers: answer.headers, body },
          402,
          'payment_required',
          'cid',
        );
      }
    });

    it('stays for who has a token: what is for everybody is not for one', async () => {
      const headers = { authorization: `Bearer ${await host.token(film)}` };
      expectProblem(await host.api.get(`/ipfs/${film.cid}`, headers), 402, 'payment_required', 'cid');
    });

    it('says who may serve it where this host does not', async () => {
      const { cid } = await host.published({ creator: STRANGER, price: PRICE });
      await host.api.settled();
      const answer = await host.api.get(`/ipfs/${cid}`);
      const { detail } = expectProblem(answer, 402, 'payment_required', 'cid');
      expect(detail).to.contain(`/streams/${cid}`).and.to.not.contain('/play/');
      expect(answer.headers.get('payment-required')).to.equal(null);
    });

    it('leads to /play, with nothing to pay, for what this host gives away and another sells', async () => {
      const { cid } = await host.sold({ price: 0n });
      await host.published({ cid, creator: STRANGER });
      await host.api.settled();
      const answer = await host.api.get(`/ipfs/${cid}`);
      expect(expectProblem(answer, 402, 'payment_required', 'cid').detail).to.contain(`/play/${cid}`);
      expect(answer.headers.get('payment-required')).to.equal(null);
      expect((await host.play(cid)).status).to.equal(200);
    });
  });

  it('GET /abi, which /chain leads to, is the ABI of the contract, to be kept for a while', async () => {
    const { body: chain } = await host.api.get('/chain');
    const { status, headers, body } = await host.api.get(String(chain.abi_url));
    expect(status).to.equal(200);
    expect(headers.get('cache-control')).to.equal('public, max-age=3600');
    const names = (body as unknown as { name?: string }[]).map(({ name }) => name);
    expect(names).to.include.members(['publish', 'payView', 'claim', 'ViewPaid', 'StreamUnknown']);
  });
});
