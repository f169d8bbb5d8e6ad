import { expect } from 'chai';
import { CREATOR, expectProblem, OTHER, UPLOAD } from './api.ts';
import { cidOf, DAY_SEC, HOUR_SEC, openUploads, type Row, type Uploads } from './uploads.ts';

describe('/wallets/{wallet}/uploads', () => {
  let uploads: Uploads;
  beforeEach(async () => {
    uploads = await openUploads();
  });
  afterEach(() => uploads.api.stop());

  it("shows the wallet's own uploads only, oldest first, until they are over", async () => {
    const first = await uploads.staged('one');
    uploads.clock.laterSec = HOUR_SEC;
    const second = await uploads.staged('two', { ...UPLOAD, video_name: 'Second' });
    const { body } = await uploads.api.get(`/wallets/${CREATOR}/uploads`, await uploads.api.signedIn(1));
    const [, last] = body.uploads as Row[];
    expect(await uploads.listed()).to.deep.equal([cidOf(first), cidOf(second)]);
    expect(last).to.include({ video_name: 'Second', size: 3 });
    expect(Date.parse(String(last?.expires_at)) - Date.parse(String(last?.uploaded_at))).to.equal(
      DAY_SEC * 1_000,
    );
    expect(await uploads.listed(OTHER, 4)).to.deep.equal([]);
    uploads.clock.laterSec = DAY_SEC + 5;
    expect(await uploads.listed()).to.deep.equal([cidOf(second)]);
  });

  it('removes one at once, with its media', async () => {
    const before = uploads.api.mediaFiles();
    const cid = cidOf(await uploads.staged('a video'));
    const { status, body } = await uploads.remove(cid);
    expect(status).to.equal(200);
    expect(body.cid).to.equal(cid);
    expect(await uploads.media(cid)).to.equal(404);
    expect(uploads.api.mediaFiles()).to.deep.equal(before);
    expectProblem(await uploads.remove(cid), 404, 'unknown_upload', 'cid');
  });

  it('removes nothing that another wallet has uploaded or that is published', async () => {
    const mine = await uploads.staged('a video');
    expectProblem(await uploads.remove(cidOf(mine), OTHER, 4), 404, 'unknown_upload', 'cid');
    await uploads.publish(mine);
    expectProblem(await uploads.remove(cidOf(mine)), 404, 'unknown_upload', 'cid');
    expect(await uploads.media(cidOf(mine))).to.equal(200);
  });

  it('removes a wallet and leaves another one the media they share', async () => {
    const cid = cidOf(await uploads.staged('a video'));
    await uploads.staged('a video', { ...UPLOAD, content_creator_wallet: OTHER }, 4);
    expect((await uploads.remove(cid)).status).to.equal(200);
    expect(await uploads.listed()).to.deep.equal([]);
    expect(await uploads.listed(OTHER, 4)).to.deep.equal([cid]);
    expect(await uploads.media(cid)).to.equal(200);
  });
});
