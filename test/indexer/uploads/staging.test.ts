import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { expect } from 'chai';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { takeDueUpload } from '../../../indexer/store/joins.ts';
import { QuotaExceeded, QuotaSpent, UploadLost } from '../../../indexer/uploads/errors.ts';
import { quotaSpent, type UploadQuota } from '../../../indexer/uploads/incoming.ts';
import { rejected } from '../../rejection.ts';
import { CHUNK, file } from '../media/content.ts';
import { CREATOR, DAY, openStagingHost, type StagingHostOptions } from './host.ts';

const NOON = 1_800_000_000;
const OVER = NOON + DAY + 300;

describe('createStaging()', () => {
  let dataDir: string;
  let now: number;
  let host: Awaited<ReturnType<typeof openStagingHost>>;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'staging-'));
    now = NOON;
  });
  afterEach(async () => {
    await host.close();
    rmSync(dataDir, { recursive: true });
  });
  const open = async (options: Partial<StagingHostOptions> = {}) => {
    host = await openStagingHost({ dataDir, nowSec: () => now, ...options });
  };
  const begin = (expectedBytes = 0, client = '203.0.113.7') =>
    host.staging.begin({ wallet: CREATOR, client, expectedBytes });
  const beginOther = () =>
    host.staging.begin({ wallet: `0x${'b1'.repeat(20)}`, client: '203.0.113.8', expectedBytes: 0 });
  const media = (cid: string) => ({ cid, sizeBytes: CHUNK });

  it('refuses what is known not to fit before anything has arrived', async () => {
    await open({ quota: { walletBytes: 2 * CHUNK } });
    expect(await rejected(begin(2 * CHUNK + 1), QuotaExceeded)).to.include({ quota: 'walletBytes' });
    await host.upload(() => file(CHUNK));
    expect(await rejected(begin(CHUNK + 1), QuotaSpent)).to.include({ left: CHUNK, retryAfterSec: DAY });
    const quota = { walletBytes: CHUNK } as UploadQuota;
    const unknown = quotaSpent(quota, { spent: 'walletBytes', left: 0, freeAtSec: null }, now);
    expect(unknown.retryAfterSec).to.equal(60);
  });

  it('refuses nobody because the counts of a day do not answer', async () => {
    const counters = { add: () => Promise.reject(new Error('connection lost')) };
    await open({ counters, quota: { clientDayUploads: 1 } });
    await host.upload(() => file(10));
    await host.upload(() => file(20));
    expect(await host.staging.list(CREATOR)).to.have.length(2);
  });

  it('counts each client on its own', async () => {
    await open({ quota: { clientDayUploads: 1 } });
    await begin();
    expect(await rejected(begin(), QuotaSpent)).to.include({ quota: 'clientDayUploads', left: 0 });
    await begin(0, '2001:db8:1:2::/64');
  });

  it('keeps the place of an upload that takes long, as long as it arrives', async () => {
    await open();
    const upload = await begin();
    async function* slowly() {
      for (let chunk = 0; chunk < 5; chunk += 1) {
        yield new Uint8Array(1_000);
        now += 400;
        await host.expire();
      }
    }
    const { cid } = await host.storage.add(upload.metered(slowly()), {
      beforeKept: (added) => upload.beforeKept(added, { videoName: 'Slow', isPaid: false }),
    });
    await upload.stage();
    expect((await host.staging.list(CREATOR)).map((staged) => staged.cid)).to.deep.equal([cid]);
  });

  it('keeps the place of an upload over which storage takes long, until it is given up', async () => {
    await open();
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const tenMinutes = async () => {
        for (let minute = 0; minute < 10; minute += 1) {
          now += 60;
          mock.timers.tick(60_000);
          await host.expire();
        }
      };
      const cid = (await cidOf(file(CHUNK))).toString();
      const [first, second] = [await begin(), await begin()];
      for (const upload of [first, second])
        await upload.beforeKept(media(cid), { videoName: 'Slow', isPaid: false });
      await tenMinutes();
      await first.giveUp();
      await tenMinutes();
      await second.stage();
      expect((await host.staging.list(CREATOR)).map((staged) => staged.cid)).to.deep.equal([cid]);
      expect(await rejected(first.stage(), UploadLost)).to.have.property('retryable', true);
    } finally {
      mock.timers.reset();
    }
  });

  it('takes one transaction for the room of each few MiB, not one for each chunk', async () => {
    await open();
    const { growUpload } = host.book;
    let transactions = 0;
    host.book.growUpload = (...grown) => {
      transactions += 1;
      return growUpload(...grown);
    };
    await host.upload(() => file(3 * 1024 ** 2));
    expect(transactions).to.equal(1);
  });

  it('ends an upload whose place was given up, and keeps nothing of it', async () => {
    await open();
    const upload = await begin();
    async function* stalled() {
      yield new Uint8Array(1_000);
      now += 600;
      await host.expire();
      yield new Uint8Array(1_000);
    }
    const error = await rejected(host.storage.add(upload.metered(stalled())), UploadLost);
    expect(error.retryable).to.equal(true);
    await upload.giveUp();
    expect(await host.staging.list(CREATOR)).to.deep.equal([]);
  });

  it('lets an upload wait until the same content, which is being removed, has gone', async () => {
    await open();
    const cid = await host.upload(() => file(CHUNK));
    now = OVER;
    const times = { nowSec: now, graceSec: 0, settledSec: 0, leaseUntilSec: now + 300 };
    const leaving = await takeDueUpload(host, times);
    const upload = await beginOther();
    const order: string[] = [];
    const named = upload
      .beforeKept(media(cid), { videoName: 'Again', isPaid: false })
      .then(() => order.push('named'));
    await host.storage.remove(cid);
    order.push('removed');
    await host.book.dropUpload(String(leaving?.id));
    await named;
    expect(order).to.deep.equal(['removed', 'named']);
  });

  it('keeps an upload that comes while the same content is removed, whichever is first', async () => {
    await open({ quota: { walletUploads: 100, clientDayUploads: 100 } });
    for (let round = 0; round < 10; round += 1) {
      const content = () => file(CHUNK + round);
      await host.upload(content);
      now += DAY + 300;
      const [cid] = await Promise.all([host.upload(content), host.expire()]);
      expect(await host.storage.stat(cid), `round ${round}`).to.deep.equal({
        kind: 'file',
        sizeBytes: CHUNK + round,
      });
      expect(await host.staging.list(CREATOR)).to.have.length(1);
    }
  });
});
