import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openUploadLocks } from '../../../../indexer/uploads/resumable/upload-locks.ts';

describe('locks of uploads', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'locks-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are for one process at a time, each for its upload, and leave nothing', () => {
    const [mine, yours] = [openUploadLocks(folder), openUploadLocks(folder)];
    const lock = mine('a');
    expect(lock).to.not.equal(null);
    expect(yours('a')).to.equal(null);
    yours('b')?.release();
    lock?.release();
    const again = yours('a');
    expect(again).to.not.equal(null);
    again?.release();
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});
