import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ResumableFiles } from '../../../../indexer/uploads/resumable/files.ts';

describe('files that come in pieces', () => {
  let folder: string;
  let files: ResumableFiles;
  beforeEach(async () => {
    folder = join(mkdtempSync(join(tmpdir(), 'pieces-')), 'uploads');
    files = await ResumableFiles.open(folder);
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

  async function* pieces(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
    for (const text of texts) {
      if (text instanceof Error) throw text;
      yield Buffer.from(text);
    }
  }
  const text = (id: string) => readFileSync(files.pathOf(id), 'utf8');

  it('grow where they end, for their owner alone', async () => {
    expect(await files.length('a')).to.equal(0);
    await files.append('a', 0, pieces('one, ', 'two, '));
    expect(await files.length('a')).to.equal(10);
    await files.append('a', 10, pieces('three'));
    expect(text('a')).to.equal('one, two, three');
    expect(statSync(files.pathOf('a')).mode & 0o077).to.equal(0);
    expect(statSync(folder).mode & 0o077).to.equal(0);
    expect(await files.list()).to.deep.equal(['a']);
  });

  it('keep what has come before a line breaks', async () => {
    const broken = new Error('the line broke');
    const failed = await files.append('a', 0, pieces('one, ', broken)).catch((error: unknown) => error);
    expect(failed).to.equal(broken);
    expect(await files.length('a')).to.equal(5);
    expect(text('a')).to.equal('one, ');
  });

  it('begin anew where nothing of them is left', async () => {
    await files.append('a', 0, pieces('one, two'));
    await files.append('a', 0, pieces('three'));
    expect(text('a')).to.equal('three');
    await files.remove('a');
    await files.remove('a');
    expect(await files.size('a')).to.equal(0);
  });
});
