import { expect } from 'chai';
import { expectProblem, OTHER } from './api.ts';
import { cidIn, newVideo, PROTECTED, protecting, shownIn } from './protecting.ts';
import { CREATOR } from './samples.ts';
import { DAY_SEC, GRACE_SEC, openUploads, type Row, type Uploads } from './uploads.ts';

describe('a protected upload that waits for its creator', () => {
  let uploads: Uploads;
  let on: ReturnType<typeof protecting>;
  let session: { authorization: string };
  beforeEach(async () => {
    uploads = await openUploads({ walletUploads: 2 });
    on = protecting(uploads.api);
    session = await uploads.api.signedIn(1);
  });
  afterEach(() => uploads.api.stop());

  /** What its wallet is shown as not packaged. */
  const packaging = async () => {
    const { body } = await uploads.api.get(`/wallets/${CREATOR}/uploads`, await uploads.api.signedIn(1));
    return body.packaging as Row[];
  };

  it("is published by what it is answered with, and is nobody else's to see", async () => {
    const { api } = uploads;
    const shown = await on.packaged(await newVideo(6), { ...PROTECTED, serve: true }, session);
    const { id, cid, result } = shown;
    expect(result).to.include({ stream: null });
    expect(result?.publish).to.have.keys('typed_data', 'transaction');
    expect(await uploads.listed()).to.deep.equal([cid]);
    expectProblem(await api.get(`/uploads/${id}`), 401, 'sign_in_required');
    expectProblem(await api.get(`/uploads/${id}`, await api.signedIn(4)), 404, 'unknown_upload', 'id');

    await api.publishBy({ body: result as Row } as never);
    const published = await on.stateOf(id, session);
    expect(published.result).to.include({ publish: null, expires_at: null });
    expect(published.result?.meta).to.deep.equal(result?.meta);
    uploads.clock.laterSec = 3 * DAY_SEC;
    await api.expire();
    expect(await uploads.media(`${cid}/master.m3u8`)).to.equal(200);
    expect(on.secretOf(cid, CREATOR)).to.have.length(32);
  });

  it('is gone after its time, its secret included', async () => {
    const media = uploads.api.mediaFiles();
    const { id, cid } = await on.packaged(await newVideo(6), PROTECTED, session);
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC + 5;
    await uploads.api.expire();
    expectProblem(
      await uploads.api.get(`/uploads/${id}`, await uploads.api.signedIn(1)),
      404,
      'unknown_upload',
      'id',
    );
    expect(uploads.api.mediaFiles()).to.deep.equal(media);
    expect((await uploads.api.state()).rows.staged_uploads).to.deep.equal([]);
    expect(on.secretOf(cid, CREATOR)).to.equal(null);
  });

  it('holds its place in the quota while it waits for its turn, and for as long as it stays', async () => {
    const { api, clock } = uploads;
    const first = shownIn(await on.upload(await newVideo(60), PROTECTED, session));
    const second = shownIn(await on.upload(await newVideo(6), PROTECTED, session));
    expect((await packaging()).map(({ id }) => id)).to.include(second.id);
    // As after hours in the queue.
    clock.laterSec = 7_200;
    const signedIn = await api.signedIn(1);
    await api.expire();
    expectProblem(await on.upload(await newVideo(6), PROTECTED, signedIn), 429, 'upload_quota_spent', 'file');
    const cids = [await on.ended(first.id, signedIn), await on.ended(second.id, signedIn)].map(cidIn);
    expect(await uploads.listed()).to.have.members(cids);
    expectProblem(await on.upload('text', PROTECTED, signedIn), 429, 'upload_quota_spent', 'file');
    expect((await uploads.remove(cids[0] ?? '')).status).to.equal(200);
    const failing = shownIn(await on.upload('text', PROTECTED, signedIn));
    const { state, problem } = await on.ended(failing.id, signedIn);
    expect({ state, code: problem?.code }).to.deep.equal({ state: 'failed', code: 'unknown_format' });
    const known = { video_name: 'Sample Video', captions: [] };
    expect(await packaging()).to.deep.equal([{ id: failing.id, state, progress: 0, problem, ...known }]);
    expect((await on.upload('text', PROTECTED, signedIn)).status).to.equal(202);
  });

  it('is taken of the creator alone', async () => {
    const foreign = { ...PROTECTED, content_creator_wallet: OTHER };
    expectProblem(
      await on.upload('a video', foreign, session),
      403,
      'wallet_mismatch',
      'content_creator_wallet',
    );
    expectProblem(await on.upload('a video'), 401, 'sign_in_required');
  });
});
