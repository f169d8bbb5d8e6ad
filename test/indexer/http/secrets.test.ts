import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { type Answer, eventually, expectProblem } from './api.ts';
import { MAKER, PRICE, RIVAL, SELLER, type Selling, startSelling, type Video } from './selling.ts';

const CAR = 'application/vnd.ipld.car';
const [MINUTE, DAY] = [1, 2];

/** Two hosts on chains of their own: what the one has packaged, the other is to sell. */
describe('/contents/{cid}/secret', () => {
  let from: Selling;
  let to: Selling;
  let video: Video;
  let file: Answer['body'];
  const path = () => `/contents/${video.cid}/secret`;

  async function put({ api }: Selling, body: object, by = MAKER): Promise<Answer> {
    const headers = { ...(await api.signedIn(by)), 'content-type': 'application/json' };
    return await api.call('PUT', path(), { headers, body: JSON.stringify(body) });
  }

  before(async () => {
    from = await startSelling();
    to = await startSelling();
    video = await from.packaged();
  });
  after(async () => {
    await from?.stop();
    await to?.stop();
  });

  it('GET gives the creator a file that makes every key, and no cache keeps it', async () => {
    const answer = await from.api.get(path(), await from.api.signedIn(MAKER));
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    expect(answer.headers.get('cache-control')).to.equal('no-store');
    const { secret } = answer.body;
    expect(answer.body).to.deep.equal({
      version: 1,
      cid: video.cid,
      content_creator_wallet: from.creator,
      secret: Buffer.from(from.on.secretOf(video.cid, from.creator) ?? []).toString('base64'),
    });
    expect(Buffer.from(String(secret), 'base64')).to.have.length(32);
    file = answer.body;
  });

  it('GET gives it to nobody else, to pages of other origins neither', async () => {
    const { api } = from;
    expectProblem(await api.get(path()), 401, 'sign_in_required');
    for (const by of [RIVAL, SELLER])
      expectProblem(await api.get(path(), await api.signedIn(by)), 403, 'owned_by_another', 'cid');
    expectProblem(await api.get(path(), api.asOperator), 401, 'session_invalid');
    const elsewhere = { ...(await api.signedIn(MAKER)), origin: 'https://elsewhere.example' };
    expect((await api.get(path(), elsewhere)).headers.get('access-control-allow-origin')).to.equal(null);
    const unknown = await to.api.get(path(), await to.api.signedIn(MAKER));
    expectProblem(unknown, 404, 'secret_unknown', 'cid');
  });

  it('PUT is refused where the video is not here', async () => {
    expectProblem(await put(to, file), 404, 'media_not_found', 'cid');
  });

  it('PUT is refused where the wallet has not listed the video that is here', async () => {
    const archive = await (await fetch(`${from.api.url}/ipfs/${video.cid}?format=car`)).arrayBuffer();
    const { api } = to;
    await to.listed(video.cid, { by: RIVAL, unit: DAY });
    const headers = { ...api.asOperator, 'content-type': CAR };
    const kept = await api.call('PUT', `/offers/${video.cid}`, { body: Buffer.from(archive), headers });
    expect(kept.status, JSON.stringify(kept.body)).to.equal(200);
    // The rival's listing was served; where it is not, the creator's own decides.
    expectProblem(await put(to, file), 403, 'owned_by_another', 'cid');
    await (await api.as(SELLER).deregisterStream(await contentIdBy(RIVAL))).wait();
    await api.settled();
    expectProblem(await put(to, file), 404, 'unknown_content', 'cid');
  });

  it('PUT of anything but the secret is refused, and changes nothing', async () => {
    await to.listed(video.cid, { by: MAKER, unit: DAY });
    const other = Buffer.from(String(file.secret), 'base64');
    other[31] = (other[31] ?? 0) ^ 1;
    const before = await to.api.state();
    const wrong = await put(to, { ...file, secret: other.toString('base64') });
    expectProblem(wrong, 400, 'secret_differs', 'secret');
    expect(JSON.stringify(wrong.body)).to.not.contain(other.toString('base64'));
    const short = other.subarray(1).toString('base64');
    const malformed = await put(to, { ...file, secret: short });
    expect(JSON.stringify(expectProblem(malformed, 400, 'bad_secret', 'secret'))).to.not.contain(short);
    expectProblem(await put(to, { ...file, version: 2 }), 400, 'invalid_field', 'version');
    const elsewhere = { ...file, cid: await to.api.add('another') };
    expectProblem(await put(to, elsewhere), 400, 'secret_differs', 'cid');
    expectProblem(await put(to, file, RIVAL), 403, 'wallet_mismatch', 'content_creator_wallet');
    const ofRival = { ...file, content_creator_wallet: to.api.wallet(RIVAL).address };
    expectProblem(await put(to, ofRival, RIVAL), 403, 'owned_by_another', 'cid');
    expectProblem(await to.api.send('PUT', path(), file), 401, 'sign_in_required');
    const { media: _, ...was } = before;
    expect(await to.api.state()).to.deep.include(was);
  });

  it('PUT has the host sell what the creator lists, and once is as good as twice', async () => {
    const own = { ...video, contentId: await contentIdBy(MAKER) };
    expect((await to.play(`${video.cid}/keys/0`)).status).to.equal(404);
    for (const _ of ['once', 'twice']) {
      const answer = await put(to, file);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
      expect(JSON.stringify(answer.body)).to.not.contain(file.secret);
    }
    expect(to.outcomeOf(await to.buy(own, await to.open(), [0, 1, 2], 1), video)).to.deep.equal([0, 1, 2]);
    const { body } = await to.api.get(path(), await to.api.signedIn(MAKER));
    expect(body).to.deep.equal(file);
  });

  it('PUT of a clear file is refused', async () => {
    const clear = await to.api.add('a clear file');
    const headers = { ...(await to.api.signedIn(MAKER)), 'content-type': 'application/json' };
    const body = JSON.stringify({ ...file, cid: clear });
    const answer = await to.api.call('PUT', `/contents/${clear}/secret`, { headers, body });
    expectProblem(answer, 409, 'not_protected', 'cid');
  });

  it('PUT has what was kept and not sold served, by the minute, too: nothing is registered before', async () => {
    const film = await from.packaged();
    const { body: secret } = await from.api.get(
      `/contents/${film.cid}/secret`,
      await from.api.signedIn(MAKER),
    );
    const archive = await (await fetch(`${from.api.url}/ipfs/${film.cid}?format=car`)).arrayBuffer();
    const { api } = to;
    const terms = { token: ZeroAddress, pricePerUnit: PRICE, providerShareBps: 3_000, unit: MINUTE };
    await (await api.as(MAKER).publish({ cid: film.cid, ...terms, name: 'A film', metadata: '' })).wait();
    await api.settled();
    const headers = { ...api.asOperator, 'content-type': CAR };
    const streams = async () => (await api.get(`/streams/${film.cid}`)).body.streams as object[];
    for (const body of [Buffer.from(archive), Buffer.from('')]) {
      const kept = await api.call('PUT', `/offers/${film.cid}`, { body, headers });
      expect(kept.status, JSON.stringify(kept.body)).to.equal(200);
      expect([kept.body.stream_url, kept.body.tx_hash]).to.deep.equal([null, null]);
      expect(kept.body.message).to.contain(`PUT /contents/${film.cid}/secret`).and.to.contain(to.creator);
    }
    expect(await streams()).to.deep.equal([]);
    expect((await to.play(`${film.cid}/keys/0`)).status).to.equal(404);

    const json = { ...(await api.signedIn(MAKER)), 'content-type': 'application/json' };
    const brought = await api.call('PUT', `/contents/${film.cid}/secret`, {
      ...{ headers: json, body: JSON.stringify(secret) },
    });
    expect(brought.status, JSON.stringify(brought.body)).to.equal(200);
    expect(await eventually(streams, (shown) => shown.length > 0)).to.have.length(1);
    const own = { ...film, contentId: await contentIdBy(MAKER, film.cid) };
    const channel = await to.open({ by: RIVAL });
    expect(to.outcomeOf(await to.buy(own, channel, [1], 1), film)).to.deep.equal([1]);
  });

  it('stands in no line of the log', () => {
    for (const { api } of [from, to])
      expect(JSON.stringify(api.logged)).to.not.contain(String(file.secret).slice(0, 20));
  });

  async function contentIdBy(index: number, cid = video.cid): Promise<string> {
    const { api } = to;
    return await api.as(index).contentIdOf(api.wallet(index).address, ZeroAddress, cid);
  }
});
