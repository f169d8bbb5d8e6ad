import Database from 'better-sqlite3';
import { expect } from 'chai';
import { expectProblem } from './api.ts';
import { CREATOR, UPLOAD } from './samples.ts';
import { leftBehind, receiving, tusOn } from './tus.ts';
import { cidOf, DAY_SEC, fileOf, openUploads, type Row, type Uploads } from './uploads.ts';

describe('a resumable upload of a wallet', () => {
  let uploads: Uploads;
  let tus: ReturnType<typeof tusOn>;
  let session: { authorization: string };
  afterEach(() => uploads.api.stop());

  async function open(...quota: Parameters<typeof openUploads>): Promise<void> {
    uploads = await openUploads(...quota);
    tus = tusOn(uploads.api);
    session = await uploads.api.signedIn(1);
  }
  const listed = async () =>
    (await uploads.api.get(`/wallets/${CREATOR}/uploads`, session)).body.receiving as Row[];

  it("needs its session, is nobody else's, and waits for its publication as others do", async () => {
    await open();
    const { api } = uploads;
    const file = fileOf(1_000);
    expectProblem(await tus.begin(1_000), 401, 'sign_in_required');
    expectProblem(
      await tus.begin(1_000, UPLOAD, await api.signedIn(4)),
      403,
      'wallet_mismatch',
      'content_creator_wallet',
    );
    const path = await tus.begun(1_000, UPLOAD, session);
    const other = await api.signedIn(4);
    expectProblem(await tus.patch(path, 0, file), 401, 'sign_in_required');
    expectProblem(await tus.patch(path, 0, file, other), 404, 'unknown_upload', 'id');
    expectProblem(await tus.end(path, other), 404, 'unknown_upload', 'id');
    expect((await tus.head(path, other)).status).to.equal(404);
    expectProblem(await api.get(path, other), 404, 'unknown_upload', 'id');
    await tus.patch(path, 0, file.subarray(0, 400), session);
    expect(await listed()).to.deep.equal([
      {
        ...{ id: path.slice('/uploads/'.length), video_name: UPLOAD.video_name, size: 1_000, offset: 400 },
        captions: [],
        expires_at: (await listed())[0]?.expires_at,
      },
    ]);
    await tus.patch(path, 400, file.subarray(400), session);
    const { result } = await tus.ended(path, session);
    expectProblem(await api.get(path, other), 404, 'unknown_upload', 'id');
    expect(result?.publish).to.have.keys('typed_data', 'transaction');
    const simple = await uploads.staged(file);
    expect(result?.meta).to.deep.equal(simple.body.meta);
    expect(await uploads.listed()).to.deep.equal([cidOf(simple)]);
    expect(await listed()).to.deep.equal([]);
    await api.publishBy({ body: result as Row } as never);
    expect((await tus.state(path, session)).result).to.include({ publish: null });
    expect(leftBehind(api)).to.deep.equal([]);
  });

  it('is over when it is not finished in time: its room is given back, and its bytes go', async () => {
    await open({ walletUploads: 1 });
    const { api, clock } = uploads;
    const path = await tus.begun(1_000, UPLOAD, session);
    await tus.patch(path, 0, fileOf(400), session);
    expectProblem(await tus.begin(9, UPLOAD, session), 429, 'upload_quota_spent', 'file');
    clock.laterSec = DAY_SEC - 60;
    session = await api.signedIn(1);
    await api.deps.resumable.sweep();
    await api.expire();
    expect(await tus.offset(path, session)).to.equal(400);
    clock.laterSec = DAY_SEC + 1;
    expectProblem(await tus.patch(path, 400, fileOf(600), session), 410, 'upload_expired', 'id');
    await api.deps.resumable.sweep();
    expect(leftBehind(api)).to.deep.equal([]);
    expect(await receiving(api)).to.deep.equal([]);
    expectProblem(await api.get(path, session), 410, 'upload_expired', 'id');
    await tus.begun(9, UPLOAD, session);
    clock.laterSec = 9 * DAY_SEC;
    session = await api.signedIn(1);
    await api.deps.resumable.sweep();
    expectProblem(await api.get(path, session), 404, 'unknown_upload', 'id');
  });

  it('is known to be whole long after it could have been finished', async () => {
    await open();
    const path = await tus.begun(9, UPLOAD, session);
    await tus.patch(path, 0, fileOf(9), session);
    await tus.ended(path, session);
    // The library goes by the system's clock.
    const book = new Database(uploads.api.book);
    const { changes } = book
      .prepare('UPDATE resumable_uploads SET created_at = created_at - ?, expires_at = expires_at - ?')
      .run(2 * DAY_SEC, 2 * DAY_SEC);
    book.close();
    expect(changes).to.equal(1);
    expect(await tus.offset(path, session)).to.equal(9);
    expectProblem(await tus.patch(path, 9, '', session), 409, 'upload_complete', 'id');
  });

  it('is refused where its whole has no room, before its first byte', async () => {
    await open({ walletBytes: 1_000 });
    expectProblem(await tus.begin(1_001, UPLOAD, session), 413, 'quota_exceeded', 'file');
    await uploads.staged('x'.repeat(600));
    expectProblem(await tus.begin(401, UPLOAD, session), 429, 'upload_quota_spent', 'file');
    await tus.begun(400, UPLOAD, session);
    expect(await receiving(uploads.api)).to.have.length(1);
  });

  it('counts once against the quota, however often it goes on', async () => {
    await open({ walletBytes: 1_000, clientDayBytes: 1_000, clientDayUploads: 1 });
    const path = await tus.begun(1_000, UPLOAD, session);
    const file = fileOf(1_000);
    for (let at = 0; at < 1_000; at += 100) {
      expect((await tus.patch(path, at, file.subarray(at, at + 100), session)).status).to.equal(204);
    }
    const { state, result } = await tus.ended(path, session);
    expect(state).to.equal('packaged');
    await uploads.publish({ body: result as Row } as never);
    expectProblem(await tus.begin(1, UPLOAD, session), 429, 'upload_quota_spent', 'file');
  });

  it('stops where the quota of its address ends, and what has come stays', async () => {
    await open({ clientDayBytes: 500_000 });
    const file = fileOf(600_000);
    expectProblem(await tus.begin(600_000, UPLOAD, session), 413, 'quota_exceeded', 'file');
    const path = await tus.begun(400_000, UPLOAD, session);
    await tus.patch(path, 0, file.subarray(0, 1_000), session);
    await uploads.staged(fileOf(498_000, 5));
    expectProblem(
      await tus.patch(path, 1_000, file.subarray(1_000, 400_000), session),
      429,
      'upload_quota_spent',
      'file',
    );
    expect(await tus.offset(path, session)).to.equal(1_000);
  });
});
