import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { node, runChild } from '../../../child.ts';

const CHILD = join(import.meta.dirname, 'stage-child.ts');
/** Blocks of 512 bytes that a file may have, so that its second piece of 64 KiB is written in part. */
const MOST_BLOCKS = 200;

describe('Stage.take()', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stage-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What a process prints that is stopped from writing larger files. */
  async function stagedUnderLimit(size: number): Promise<string> {
    const command = `ulimit -f ${MOST_BLOCKS}; exec "$0" "$@"`;
    return (await runChild(['sh', '-c', command, ...node(CHILD, folder, size)])).stdout.trim();
  }

  it('rejects when the disk takes a part of the file only, and leaves nothing', async () => {
    expect(await stagedUnderLimit(MOST_BLOCKS * 512 + 1)).to.equal('EFBIG');
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('takes what fits', async () => {
    const size = MOST_BLOCKS * 512;
    expect(await stagedUnderLimit(size)).to.match(new RegExp(` of ${size} bytes$`));
  });
});
