import { expect } from 'chai';
import { Interface } from 'ethers';
import { bases } from 'multiformats/basics';
import { CID } from 'multiformats/cid';
import { ACCESS_TYPES } from '../../../indexer/playback/access.ts';
import { TestToken__factory } from '../../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { bytesOf } from '../media/content.ts';
import { type Answer, eventually, expectProblem, NATIVE } from './api.ts';
import {
  demanded,
  MAKER,
  PAYER,
  type Playing,
  PRICE,
  RIVAL,
  SELLER,
  SIZE,
  STRANGER,
  spellingsOf,
  startPlaying,
  WAYS,
} from './playing.ts';

describe('GET /play/{cid}', () => {
  let host: Playing;
  before(async () => {
    host = await startPlaying();
  });
  after(() => host.stop());

  const bearer = (token: string, more: Record<string, string> = {}) => ({
    headers: { authorization: `Bearer ${token}`, ...more },
  });
  async function problemOf(response: Response): Promise<Answer> {
    const body = (await response.json()) as Answer['body'];
    return { status: response.status, headers: response.headers, body };
  }

  describe('402 for who has not paid', () => {
    it('by every spelling of the CID, and every way to ask', async () => {
      const film = await host.sold();
      for (const spelling of spellingsOf(film.cid)) {
        for (const [way, init] of WAYS) {
          const answer = await host.play(spelling, init(film.cid));
          expect(answer.status, `${way} ${spelling}`).to.equal(402);
          expect(demanded(answer.headers).accepts, way).to.have.length(1);
          expect(answer.headers.get('etag'), way).to.equal(null);
          expect(answer.headers.get('content-range'), way).to.equal(null);
          if (init(film.cid).method === 'HEAD') expect(await answer.text()).to.equal('');
          else expectProblem(await problemOf(answer), 402, 'payment_required', 'cid');
        }
      }
    });

    it('says how to pay and what to sign then, in x402 version 2', async () => {
      const film = await host.sold();
      const { headers } = await host.play(film.cid, { method: 'HEAD' });
      const { accepts, ...rest } = demanded(headers);
      const url = `${host.api.url}/play/${film.cid}`;
      expect(rest).to.deep.equal({ x402Version: 2, error: 'payment_required', resource: { url } });
      const [{ extra, ...first } = expect.fail('nothing is accepted')] = accepts;
      expect(first).to.deep.equal({
        ...{ scheme: 'streamhost-direct', network: 'eip155:31337', asset: NATIVE, payTo: host.contract },
        ...{ amount: String(PRICE), maxTimeoutSeconds: 300 },
      });
      const { call, access, ...facts } = extra;
      expect(facts).to.deep.equal({
        ...{ contract: host.contract, contentId: film.contentId, provider: host.seller },
        ...{ creator: host.api.wallet(MAKER).address, unit: 'view', due: '1', unitPrice: String(PRICE) },
      });
      expect(access).to.deep.equal({
        ...{ url: `${url}/access`, audience: new URL(host.api.url).origin, types: ACCESS_TYPES },
        domain: { name: 'StreamHost', version: '1', chainId: 31_337, verifyingContract: host.contract },
      });
      // The call that it shows is the one that opens the file.
      await (await host.api.wallet(PAYER).sendTransaction(call ?? {})).wait();
      await host.api.settled();
      expect((await host.play(film.cid, bearer(await host.token(film)))).status).to.equal(200);
    });

    it('sends no value where the price is in a token', async () => {
      const coin = await new TestToken__factory(host.api.wallet(SELLER)).deploy();
      await coin.waitForDeployment();
      const film = await host.sold({ token: await coin.getAddress() });
      const [accepted] = demanded((await host.play(film.cid)).headers).accepts;
      const { data = '', value } = accepted?.extra.call ?? {};
      expect([accepted?.asset, accepted?.amount, value]).to.deep.equal([
        await coin.getAddress(),
        String(PRICE),
        '0',
      ]);
      const { body } = await host.api.get('/abi');
      const parsed = new Interface(JSON.stringify(body)).parseTransaction({ data });
      expect(parsed?.args.toArray()).to.deep.equal([film.contentId, host.seller, 1n, PRICE]);
    });

    it('shows each of several own offers, and one payment opens the file', async () => {
      const film = await host.sold();
      const other = await host.sold({ cid: film.cid, creator: RIVAL, price: 2n * PRICE, unit: 'day' });
      const { accepts } = demanded((await host.play(film.cid)).headers);
      expect(accepts.map(({ amount, extra }) => [extra.contentId, extra.unit, amount])).to.have.deep.members([
        [film.contentId, 'view', String(PRICE)],
        [other.contentId, 'day', String(2n * PRICE)],
      ]);
      await host.pay(other);
      expectProblem(await host.exchange(film, await host.access(film)), 402, 'payment_required', 'cid');
      expect((await host.play(film.cid, bearer(await host.token(other)))).status).to.equal(200);
    });

    it('shows no more of many own offers than fits into a header', async () => {
      const film = await host.sold();
      for (const creator of [RIVAL, PAYER, STRANGER, 5, 6, 7, 8]) await host.sold({ cid: film.cid, creator });
      const { headers } = await host.play(film.cid);
      expect(headers.get('payment-required')?.length).to.be.within(8_000, 12_000);
      expect(demanded(headers).accepts).to.have.length.within(4, 7);
    });

    it("whatever a copycat's listing of the CID was paid, and whoever serves that", async () => {
      const film = await host.sold();
      const copy = await host.published({ cid: film.cid, creator: STRANGER, price: 1n });
      await host.serve(copy, RIVAL, host.api.deps.provider?.playUrl(film.cid));
      await host.pay(copy, { provider: host.api.wallet(RIVAL).address });
      const [accepted, ...more] = demanded((await host.play(film.cid)).headers).accepts;
      expect(more).to.deep.equal([]);
      expect(accepted?.extra.contentId).to.equal(film.contentId);
      for (const sent of [{}, { provider: host.api.wallet(RIVAL).address }]) {
        const answer = await host.exchange(film, await host.access(copy, { sent }));
        expectProblem(answer, 402, 'access_invalid', 'content_id');
      }
      const answer = await host.exchange(film, await host.access(film));
      expectProblem(answer, 402, 'payment_required', 'cid');
    });

    it('whatever another provider was paid for the same listing', async () => {
      const film = await host.sold();
      await host.serve(film, RIVAL, 'https://rival.example.org/film');
      const rival = host.api.wallet(RIVAL).address;
      await host.pay(film, { provider: rival });
      expectProblem(await host.exchange(film, await host.access(film)), 402, 'payment_required', 'cid');
      const named = await host.exchange(film, await host.access(film, { sent: { provider: rival } }));
      expectProblem(named, 402, 'access_invalid', 'provider');
    });
  });

  describe('serves', () => {
    it('who has paid, by header and by path, whole, by range and unchanged', async () => {
      const film = await host.sold();
      await host.pay(film);
      const token = await host.token(film);
      const size = (await host.api.deps.storage.stat(film.cid))?.sizeBytes ?? 0;
      expect(size).to.be.above(SIZE);
      for (const [path, sent] of [
        [film.cid, bearer(token).headers],
        [`~${token}/${film.cid}`, {}],
      ] as const) {
        const whole = await host.play(path, { headers: sent });
        expect(whole.status).to.equal(200);
        expect(Object.fromEntries(whole.headers)).to.include({
          'cache-control': 'private, no-cache',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'cross-origin',
          etag: `"${film.cid}"`,
          'accept-ranges': 'bytes',
          'content-length': String(size),
        });
        expect(whole.headers.get('vary')).to.contain('Authorization');
        expect(Buffer.from(await whole.arrayBuffer()).equals(bytesOf(0, size))).to.equal(true);
        const part = await host.play(path, { headers: { ...sent, range: 'bytes=300000-300099' } });
        expect(part.status).to.equal(206);
        expect(part.headers.get('content-range')).to.equal(`bytes 300000-300099/${size}`);
        expect(Buffer.from(await part.arrayBuffer()).equals(bytesOf(300_000, 100))).to.equal(true);
        const head = await host.play(path, { method: 'HEAD', headers: sent });
        expect([head.status, head.headers.get('content-length')]).to.deep.equal([200, String(size)]);
        const known = { ...sent, 'if-none-match': `"${film.cid}"` };
        expect((await host.play(path, { headers: known })).status).to.equal(304);
        const beyond = await host.play(path, { headers: { ...sent, range: `bytes=${size}-` } });
        expect(beyond.status).to.equal(416);
      }
      for (const spelling of spellingsOf(film.cid)) {
        expect((await host.play(spelling, bearer(token))).status, spelling).to.equal(200);
        expect((await host.play(`~${token}/${spelling}`)).status, spelling).to.equal(200);
      }
    });

    it('by a path whose ~ came percent-encoded, as some clients write it', async () => {
      const film = await host.sold();
      await host.pay(film);
      const token = await host.token(film);
      for (const tilde of ['%7E', '%7e'])
        expect((await host.play(`${tilde}${token}/${film.cid}`)).status, tilde).to.equal(200);
      const replaced = await host.play(`%7E${'A'.repeat(22)}/${film.cid}`);
      expectProblem(await problemOf(replaced), 401, 'token_invalid', 'token');
    });

    it('what is listed by a CID with a slash in it at the address that is registered for it', async () => {
      let [cid, text] = ['', ''];
      while (!text.includes('/')) {
        cid = (await host.published()).cid;
        text = bases.base64.encode(CID.parse(cid).bytes);
      }
      const film = await host.sold({ cid: text, creator: RIVAL });
      const [stream] = await host.api.deps.store.streamsBy(host.seller, { cidKey: cid });
      const answer = await fetch(String(stream?.url));
      expect(answer.status).to.equal(402);
      const [accepted] = demanded(answer.headers).accepts;
      expect(accepted?.extra.contentId).to.equal(film.contentId);
    });

    it('what is free to everybody, until it has a price', async () => {
      const film = await host.sold({ price: 0n });
      const answer = await host.play(film.cid);
      expect([answer.status, answer.headers.get('cache-control')]).to.deep.equal([200, 'public, no-cache']);
      expect((await host.play(`~nothing/${film.cid}`, { method: 'HEAD' })).status).to.equal(200);
      const token = await host.token(film);
      await (await host.api.as(MAKER).scheduleTerms(film.contentId, PRICE, 3_000, 0)).wait();
      await host.moveTo((await host.headSec()) + 3_600);
      await host.api.settled();
      expect((await host.play(film.cid)).status).to.equal(402);
      expectProblem(
        await problemOf(await host.play(film.cid, bearer(token))),
        402,
        'payment_required',
        'cid',
      );
    });
  });

  describe('refuses', () => {
    const NOWHERE = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';

    it('what this host does not offer, though it is here and listed, and by the minute what it could not sell', async () => {
      const { cid } = await host.published();
      await host.api.settled();
      expectProblem(await host.api.get(`/play/${cid}`), 404, 'not_offered', 'cid');
      const byMinute = await host.sold({ unit: 'minute' });
      await host.pay(byMinute, { units: 60 });
      expectProblem(await host.api.get(`/play/${byMinute.cid}`), 404, 'not_offered', 'cid');
      const answer = await host.exchange(byMinute, await host.access(byMinute));
      expectProblem(answer, 404, 'not_offered', 'cid');
    });

    it("a stream of its provider's that is elsewhere, or was ended", async () => {
      const film = await host.published();
      await host.serve(film, SELLER, 'https://elsewhere.example.org/play/film');
      expectProblem(await host.api.get(`/play/${film.cid}`), 404, 'not_offered', 'cid');
      const ended = await host.sold();
      await host.pay(ended);
      const token = await host.token(ended);
      await (await host.api.as(SELLER).deregisterStream(ended.contentId)).wait();
      await host.api.settled();
      expectProblem(await host.api.get(`/play/~${token}/${ended.cid}`), 404, 'not_offered', 'cid');
    });

    it('a file that is not here, and what is no CID', async () => {
      await host.serve(await host.published({ cid: NOWHERE }));
      expectProblem(await host.api.get(`/play/${NOWHERE}`), 404, 'media_not_found', 'cid');
      expectProblem(await host.api.get('/play/film'), 400, 'bad_cid', 'cid');
      expectProblem(await host.api.get('/play/~token/film'), 400, 'bad_cid', 'cid');
    });

    it('a token that is none, is of another file, or was replaced: 401, and how to pay', async () => {
      const [film, other] = [await host.sold(), await host.sold()];
      await host.pay(film);
      await host.pay(other);
      const [first, foreign] = [await host.token(film), await host.token(other)];
      const second = await host.token(film);
      for (const token of [first, foreign, 'x', 'A'.repeat(22), `${second}x`]) {
        for (const answer of [
          await host.play(film.cid, bearer(token)),
          await host.play(`~${token}/${film.cid}`),
        ]) {
          expect(answer.headers.get('www-authenticate')).to.contain('Bearer');
          expect(demanded(answer.headers)).to.deep.include({ error: 'token_invalid' });
          expectProblem(await problemOf(answer), 401, 'token_invalid', 'token');
        }
      }
      expect((await host.play(film.cid, bearer(second))).status).to.equal(200);
    });

    it('what is retired to who has not paid, and to nobody else', async () => {
      const film = await host.sold();
      const paidSec = await host.pay(film);
      const token = await host.token(film);
      await (await host.api.as(MAKER).retire(film.contentId)).wait();
      await host.moveTo(paidSec + 3_600);
      await host.api.settled();
      const answer = await host.play(film.cid);
      const [accepted] = demanded(answer.headers).accepts;
      expect(accepted?.extra).to.include({ contentId: film.contentId }).and.to.not.have.property('call');
      expectProblem(await problemOf(answer), 410, 'content_retired', 'cid');
      expect((await host.play(film.cid, bearer(token))).status).to.equal(200);
      expect(await host.token(film)).to.be.a('string');
    });
  });

  it('leaves no token and no signature in the log, whatever becomes of the request', async () => {
    const film = await host.sold();
    await host.pay(film);
    const body = await host.access(film);
    const token = String((await host.exchange(film, body)).body.token);
    const read = host.api.deps.storage.read;
    const paths = [`~${token}/${film.cid}`, `~${token}/x`, `%7E${token}/${film.cid}`, `~${token}`];
    paths.push(`%257E${token}/${film.cid}`, `x%2F~${token}`, `%5C~${token}`, `${film.cid}~${token}`);
    for (const path of paths) await (await host.play(path)).arrayBuffer();
    await (await fetch(`${host.api.url}/PLAY/~${token}/${film.cid}`)).arrayBuffer();
    await host.play(film.cid, bearer(token));
    host.api.deps.storage.read = () => {
      throw new Error('the disk is gone');
    };
    const failed = await host.play(`~${token}/${film.cid}`);
    host.api.deps.storage.read = read;
    expect(failed.status).to.equal(500);
    const lines = await eventually(
      async () => host.api.logged.map(({ facts }) => JSON.stringify(facts)),
      (logged) => logged.some((line) => line.includes('"status":500')),
    );
    expect(lines.filter((line) => line.includes(`/play/~…/${film.cid}`))).to.have.length.above(1);
    const metrics = await (await fetch(`${host.api.url}/metrics`)).text();
    for (const secret of [token, String(body.signature), String(body.nonce)]) {
      expect(lines.join('\n')).to.not.contain(secret);
      expect(metrics).to.not.contain(secret);
    }
    expect(metrics).to.contain('route="/play/~{token}/{cid}"');
  });
});
