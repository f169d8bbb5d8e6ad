import { expect } from 'chai';
import { bytesOf, CHUNK } from '../media/content.ts';
import { OTHER, UPLOAD } from './api.ts';
import { cidOf, DAY_SEC, fileOf, GRACE_SEC, HOUR_SEC, openUploads, type Uploads } from './uploads.ts';

describe('an upload that nobody publishes', () => {
  let uploads: Uploads;
  beforeEach(async () => {
    uploads = await openUploads();
  });
  afterEach(() => uploads.api.stop());

  it('is gone after its time, blocks included', async () => {
    const before = uploads.api.mediaFiles();
    const answer = await uploads.staged(fileOf(3 * CHUNK));
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC - 5;
    await uploads.api.expire();
    expect(await uploads.media(cidOf(answer))).to.equal(200);
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC + 5;
    await uploads.api.expire();
    expect(await uploads.media(cidOf(answer))).to.equal(404);
    expect(uploads.api.mediaFiles()).to.deep.equal(before);
    expect((await uploads.api.state()).rows.staged_uploads).to.deep.equal([]);
  });

  it('leaves the blocks that other content needs', async () => {
    const longer = await uploads.staged(fileOf(4 * CHUNK));
    await uploads.publish(longer);
    const before = uploads.api.mediaFiles();
    await uploads.staged(fileOf(3 * CHUNK));
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC + 5;
    await uploads.api.expire();
    expect(uploads.api.mediaFiles()).to.deep.equal(before);
    const whole = await (await fetch(`${uploads.api.url}/ipfs/${cidOf(longer)}`)).arrayBuffer();
    expect(Buffer.from(whole).equals(bytesOf(0, 4 * CHUNK))).to.equal(true);
  });

  it('leaves its media to another wallet that has uploaded the same', async () => {
    const mine = await uploads.staged('a video');
    uploads.clock.laterSec = HOUR_SEC;
    await uploads.staged('a video', { ...UPLOAD, content_creator_wallet: OTHER }, 4);
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC + 5;
    await uploads.api.expire();
    expect(await uploads.media(cidOf(mine))).to.equal(200);
    uploads.clock.laterSec = DAY_SEC + HOUR_SEC + GRACE_SEC + 5;
    await uploads.api.expire();
    expect(await uploads.media(cidOf(mine))).to.equal(404);
  });

  it('leaves its media to another creator who has published the same', async () => {
    const mine = await uploads.staged('a video');
    await uploads.publish(
      await uploads.staged('a video', { ...UPLOAD, content_creator_wallet: OTHER }, 4),
      4,
    );
    uploads.clock.laterSec = 3 * DAY_SEC;
    await uploads.api.expire();
    expect(await uploads.media(cidOf(mine))).to.equal(200);
    expect((await uploads.api.state()).rows.staged_uploads).to.deep.equal([]);
  });

  it('stays while the records lag behind the chain: it may have been published', async () => {
    const answer = await uploads.staged('a video');
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC + 5;
    const { status } = uploads.api.deps.chain;
    Object.assign(uploads.api.deps.chain, { status: () => ({ ...status(), synced: false }) });
    await uploads.api.expire();
    expect(await uploads.media(cidOf(answer))).to.equal(200);
    Object.assign(uploads.api.deps.chain, { status });
    await uploads.api.expire();
    expect(await uploads.media(cidOf(answer))).to.equal(404);
  });

  it('stays where the publication came at the last moment, before the records showed it', async () => {
    const answer = await uploads.staged('a video');
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC + 5;
    const { to, data } = (answer.body.publish as { transaction: { to: string; data: string } }).transaction;
    const [sent] = await Promise.all([
      uploads.api.wallet(1).sendTransaction({ to, data }),
      uploads.api.expire(),
    ]);
    await sent.wait();
    await uploads.api.settled();
    const kept = (await uploads.media(cidOf(answer))) === 200;
    // Whichever was first: a file that went can be uploaded again, and then it stays.
    if (!kept) expect((await uploads.upload('a video')).body).to.include({ publish: null });
    await uploads.api.expire();
    expect(await uploads.media(cidOf(answer))).to.equal(200);
  });
});

describe('an upload that is published', () => {
  let uploads: Uploads;
  beforeEach(async () => {
    uploads = await openUploads();
  });
  afterEach(() => uploads.api.stop());

  it('stays for good, and takes up nothing of the quota', async () => {
    const answer = await uploads.staged('a video');
    await uploads.publish(answer);
    expect(await uploads.listed()).to.deep.equal([]);
    for (const later of [DAY_SEC + GRACE_SEC + 5, 3 * DAY_SEC]) {
      uploads.clock.laterSec = later;
      await uploads.api.expire();
      expect(await uploads.media(cidOf(answer))).to.equal(200);
    }
    expect((await uploads.api.state()).rows.staged_uploads).to.deep.equal([]);
  });

  it('waits again when a reorganisation takes the publication away', async () => {
    const answer = await uploads.staged('a video');
    const snapshot = await uploads.api.chain.provider.send('evm_snapshot', []);
    await uploads.publish(answer);
    expect(await uploads.listed()).to.deep.equal([]);
    await uploads.api.chain.provider.send('evm_revert', [snapshot]);
    await uploads.api.chain.provider.send('evm_mine', []);
    await uploads.api.chain.provider.send('evm_mine', []);
    await uploads.api.settled();
    expect(await uploads.listed()).to.deep.equal([cidOf(answer)]);
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC + 5;
    await uploads.api.expire();
    expect(await uploads.media(cidOf(answer))).to.equal(404);
  });
});
