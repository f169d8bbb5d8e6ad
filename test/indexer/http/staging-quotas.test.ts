import { expect } from 'chai';
import { CHUNK } from '../media/content.ts';
import { type Answer, expectProblem, OTHER, UPLOAD } from './api.ts';
import { cidOf, DAY_SEC, fileOf, openUploads, type Uploads } from './uploads.ts';

describe('quotas of uploads', () => {
  let uploads: Uploads;
  afterEach(() => uploads.api.stop());

  /** Only a refusal that keeps nothing is one. */
  const refused = async (
    send: () => Promise<Answer>,
    status: number,
    code: 'quota_exceeded' | 'upload_quota_spent',
  ) => {
    const before = { state: await uploads.api.state(), blocks: uploads.api.mediaFiles() };
    const answer = await send();
    const body = expectProblem(answer, status, code, 'file');
    expect({ state: await uploads.api.state(), blocks: uploads.api.mediaFiles() }).to.deep.equal(before);
    if (status === 429) {
      expect(answer.headers.get('retry-after')).to.equal(String(body.retry_after_sec));
      expect(body.retry_after_sec).to.be.above(0);
    }
    return body;
  };
  const text = (length: number, letter = 'x') => letter.repeat(length);

  it('of a wallet: a file that is larger than all of it is refused for good', async () => {
    uploads = await openUploads({ walletBytes: 1_000 });
    const body = await refused(() => uploads.upload(text(1_001)), 413, 'quota_exceeded');
    expect(body).to.include({ quota: 'wallet_bytes', max_bytes: 1_000 });
    expect(body.detail).to.contain('1000 bytes');
    await uploads.staged(text(1_000));
  });

  it('of a wallet: a file that outgrows what is left is refused for now', async () => {
    uploads = await openUploads({ walletBytes: 1_000 });
    const first = await uploads.staged(text(600));
    const body = await refused(() => uploads.upload(text(401, 'y')), 429, 'upload_quota_spent');
    expect(body).to.include({ quota: 'wallet_bytes', limit: 1_000, left: 400 });
    expect(body.retry_after_sec).to.be.within(DAY_SEC - 60, DAY_SEC);
    await uploads.staged(text(400, 'y'));
    await uploads.remove(cidOf(first));
    await uploads.staged(text(600, 'z'));
  });

  it('of a wallet: publishing makes room', async () => {
    uploads = await openUploads({ walletBytes: 1_000, walletUploads: 1 });
    const first = await uploads.staged(text(1_000));
    await refused(() => uploads.upload(text(1, 'y')), 429, 'upload_quota_spent');
    await uploads.publish(first);
    await uploads.staged(text(1_000, 'y'));
  });

  it('of a wallet: another wallet is not concerned', async () => {
    uploads = await openUploads({ walletBytes: 1_000 });
    await uploads.staged(text(1_000));
    await uploads.staged(text(1_000, 'y'), { ...UPLOAD, content_creator_wallet: OTHER }, 4);
  });

  it('of a wallet: so many files', async () => {
    uploads = await openUploads({ walletUploads: 2 });
    await uploads.staged('one');
    await uploads.staged('two');
    const body = await refused(() => uploads.upload('three'), 429, 'upload_quota_spent');
    expect(body).to.include({ quota: 'wallet_files', limit: 2, left: 0 });
  });

  it('of all wallets together', async () => {
    uploads = await openUploads({ hostBytes: 1_000 });
    await uploads.staged(text(600));
    const theirs = { ...UPLOAD, content_creator_wallet: OTHER };
    const body = await refused(() => uploads.upload(text(401, 'y'), theirs, 4), 429, 'upload_quota_spent');
    expect(body).to.include({ quota: 'staged_bytes', limit: 1_000, left: 400 });
    expect(body.detail).to.contain('400 are left');
  });

  it('of an IP address and day: bytes, whichever wallets send them and whatever becomes of them', async () => {
    uploads = await openUploads({ clientDayBytes: 1_000 });
    await uploads.staged(text(600));
    expectProblem(
      await uploads.upload(text(300, 'y'), { ...UPLOAD, price: '4723' }),
      400,
      'price_too_large',
      'price',
    );
    const theirs = { ...UPLOAD, content_creator_wallet: OTHER };
    const body = await refused(() => uploads.upload(text(101, 'z'), theirs, 4), 429, 'upload_quota_spent');
    expect(body).to.include({ quota: 'ip_day_bytes', limit: 1_000, left: 100 });
    expect(body.retry_after_sec).to.be.within(DAY_SEC - 60, DAY_SEC);
    await refused(() => uploads.upload(text(1_001, 'z')), 413, 'quota_exceeded');
  });

  it('of an IP address and day: so many files', async () => {
    uploads = await openUploads({ clientDayUploads: 2 });
    const first = await uploads.staged('one');
    await uploads.remove(cidOf(first));
    await uploads.staged('two');
    const body = await refused(() => uploads.upload('three'), 429, 'upload_quota_spent');
    expect(body).to.include({ quota: 'ip_day_files', limit: 2, left: 0 });
  });

  it('cut off a file on its way, before it has arrived', async () => {
    uploads = await openUploads({ walletBytes: CHUNK });
    const before = uploads.api.mediaFiles();
    const { answer, stop } = await uploads.sendEndless(await uploads.api.signedIn(1));
    expectProblem(answer, 413, 'quota_exceeded', 'file');
    stop();
    expect(uploads.api.mediaFiles()).to.deep.equal(before);
  });

  it('hold for uploads of one wallet at once: together they never have more, and some are taken', async () => {
    uploads = await openUploads({ walletBytes: 10 * CHUNK, walletUploads: 20 });
    const session = await uploads.api.signedIn(1);
    const files = Array.from({ length: 8 }, (_, index) => fileOf(3 * CHUNK, index * 1_000));
    const answers = await Promise.all(files.map((file) => uploads.api.upload(file, UPLOAD, session)));
    const taken = answers.filter(({ status }) => status === 202);
    expect(taken.length).to.be.within(1, 3);
    for (const answer of answers) {
      if (answer.status !== 202) expectProblem(answer, 429, 'upload_quota_spent', 'file');
    }
    expect(await uploads.listed()).to.have.length(taken.length);
    expect((await uploads.api.state()).media).to.have.length(taken.length);
  });

  it('hold for many small uploads of one wallet at once: so many files, and no more', async () => {
    uploads = await openUploads({ walletUploads: 3 });
    const session = await uploads.api.signedIn(1);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => uploads.api.upload(`file ${index}`, UPLOAD, session)),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 202)).to.have.length(3);
    expect(await uploads.listed()).to.have.length(3);
  });

  it('count nothing for an upload that failed', async () => {
    uploads = await openUploads({ walletBytes: 1_000, walletUploads: 1 });
    expectProblem(
      await uploads.upload(text(900), { ...UPLOAD, price: '4723' }),
      400,
      'price_too_large',
      'price',
    );
    expectProblem(
      await uploads.upload(text(900), { ...UPLOAD, content_creator_wallet: OTHER }),
      403,
      'wallet_mismatch',
      'content_creator_wallet',
    );
    await uploads.staged(text(1_000));
  });
});
