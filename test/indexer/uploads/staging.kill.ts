import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { takeDueUpload } from '../../../indexer/store/joins.ts';
import { node, runChild } from '../../child.ts';
import { bytesOf, collect, file } from '../media/content.ts';
import { mediaOnDisk } from '../media/on-disk.ts';
import { block, contentRow } from '../store/samples.ts';
import { CREATOR, DAY, openStagingHost, SIZE } from './host.ts';

const NOON = 1_800_000_000;
const OVER = NOON + DAY + 300;
/** By then nobody waits any more for a process that is gone. */
const LATER = 600;

type Host = Awaited<ReturnType<typeof openStagingHost>>;

describe('kill -9', () => {
  let dataDir: string;
  let now: number;
  let host: Host | undefined;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'staging-'));
    now = NOON;
  });
  afterEach(async () => {
    await host?.close();
    host = undefined;
    rmSync(dataDir, { recursive: true });
  });

  async function killed(task: 'upload' | 'expire', at: string): Promise<void> {
    await host?.close();
    host = undefined;
    const words = node(join(import.meta.dirname, 'host.ts'), dataDir, task, now);
    expect((await runChild(words, { CRASH_AT: at })).how, at).to.equal('SIGKILL');
  }
  const open = async () => {
    host = await openStagingHost({ dataDir, nowSec: () => now });
    return host;
  };
  const onDisk = () => mediaOnDisk(join(dataDir, 'media'));
  const served = async ({ storage }: Host, cid: string) =>
    (await collect(storage.read(cid, { offset: 0, length: SIZE }))).equals(bytesOf(0, SIZE));
  const cidOfFile = async () => {
    const { cid } = await (await open()).storage.add(file(SIZE));
    await host?.storage.remove(cid);
    return cid;
  };

  for (const point of ['upload.leaf', 'upload.written', 'staging.named', 'upload.placed', 'upload.pinned']) {
    it(`at ${point}: what was never answered is gone soon, blocks included`, async () => {
      await killed('upload', point);
      const { expire, staging } = await open();
      expect(await staging.list(CREATOR)).to.deep.equal([]);
      now += LATER;
      await expire();
      expect(onDisk()).to.deep.equal([]);
      await host?.upload();
      expect(await staging.list(CREATOR)).to.have.length(1);
    });
  }

  it('at staging.named, of a file that is staged already: the staged one stays', async () => {
    const cid = await (await open()).upload();
    await killed('upload', 'staging.named');
    const { expire, staging } = await open();
    now += LATER;
    await expire();
    expect((await staging.list(CREATOR)).map((upload) => upload.cid)).to.deep.equal([cid]);
    expect(await served(await reopened(), cid)).to.equal(true);
  });

  it('at staging.staged: the upload waits as any other', async () => {
    const cid = await cidOfFile();
    await killed('upload', 'staging.staged');
    const again = await open();
    expect((await again.staging.list(CREATOR)).map((upload) => upload.cid)).to.deep.equal([cid]);
    expect(await served(again, cid)).to.equal(true);
    now = OVER;
    await again.expire();
    expect(onDisk()).to.deep.equal([]);
  });

  for (const point of ['expiry.leaving', 'expiry.removed']) {
    it(`at ${point}: a later run finishes the removal`, async () => {
      await (await open()).upload();
      now = OVER;
      await killed('expire', point);
      const { expire } = await open();
      now += LATER;
      await expire();
      expect(onDisk()).to.deep.equal([]);
      expect(host && (await takeDueUpload(host, inAYear()))).to.equal(null);
    });
  }

  it('at expiry.leaving: a file that is published before the next run stays', async () => {
    const cid = await (await open()).upload();
    now = OVER;
    await killed('expire', 'expiry.leaving');
    const { expire, store } = await open();
    const publication = contentRow({ cid, cid_key: cid, content_creator_wallet: CREATOR, published_at: now });
    await store.commitBlocks([block(1, [publication])], { undoable: true });
    now += LATER;
    await expire();
    expect(await served(await reopened(), cid)).to.equal(true);
    now += 2 * DAY;
    await host?.expire();
    expect(await served(await reopened(), cid)).to.equal(true);
  });

  async function reopened(): Promise<Host> {
    await host?.close();
    return open();
  }
  const inAYear = () => {
    const nowSec = now + 365 * DAY;
    return { nowSec, graceSec: 0, settledSec: nowSec, leaseUntilSec: nowSec };
  };
});
