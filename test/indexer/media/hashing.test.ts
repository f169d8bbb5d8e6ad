import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { HashThread, type Part } from '../../../indexer/media/hashing/hash-thread.ts';
import { giveBack, PIECE_BYTES, takePieces } from '../../../indexer/media/hashing/pieces.ts';
import { readVerified } from '../../../indexer/media/hashing/read-verified.ts';
import { SharedBuffers } from '../../../indexer/media/hashing/shared-buffers.ts';
import { until } from '../../until.ts';
import { bytesOf, CHUNK } from './content.ts';

const SIZE = 2 * CHUNK + PIECE_BYTES + 1_234;
const CONTENT = bytesOf(0, SIZE);

describe('SharedBuffers', () => {
  it('uses memory again once it is given back, though a part of it alone', () => {
    const buffers = new SharedBuffers(10, 1);
    const first = buffers.take();
    buffers.giveBack(first.subarray(3, 5));
    const second = buffers.take(4);
    expect(second.buffer).to.equal(first.buffer);
    expect(second).to.have.length(4);
  });

  it('has memory for one at a time, though it was given back twice', () => {
    const buffers = new SharedBuffers(10, 2);
    const taken = buffers.take();
    buffers.giveBack(taken);
    buffers.giveBack(taken);
    expect(buffers.take().buffer).not.to.equal(buffers.take().buffer);
  });

  it('keeps no more than it may, and nothing that is not from it', () => {
    const buffers = new SharedBuffers(10, 1);
    const [first, second] = [buffers.take(), buffers.take()];
    for (const bytes of [Buffer.alloc(10), first, second]) buffers.giveBack(bytes);
    expect(buffers.take().buffer).to.equal(first.buffer);
    expect(buffers.take().buffer).not.to.equal(second.buffer);
  });
});

describe('what is read with its hashes', () => {
  let folder: string;
  let file: FileHandle;
  let thread: HashThread;
  let isGone = false;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-host-hashing-'));
    const path = join(folder, 'file');
    await writeFile(path, CONTENT);
    file = await open(path);
    thread = new HashThread(() => {
      isGone = true;
    });
    await until('the thread runs', () => thread.isReady);
  });
  after(async () => {
    await file.close();
    await rm(folder, { recursive: true });
  });

  /** The whole file in leaves. @param wrong the number of one that should have another hash */
  function partsOf(wrong?: number): Part[] {
    return [0, CHUNK, 2 * CHUNK].map((from, nth) => {
      const bytes = CONTENT.subarray(from, from + CHUNK);
      return {
        pieces: takePieces(bytes.length),
        hash: hash('sha256', nth === wrong ? 'other' : bytes, 'buffer'),
      };
    });
  }

  const bytesIn = (parts: Part[]) => Buffer.concat(parts.flatMap(({ pieces }) => pieces));
  const letGo = (parts: Part[]) => parts.forEach(({ pieces }) => void pieces.forEach(giveBack));

  it('is right in a thread, in new memory and in memory that is used again', async () => {
    for (let nth = 0; nth < 3; nth += 1) {
      const parts = partsOf();
      expect(await thread.isRight({ fd: file.fd, position: 0, parts })).to.equal(true);
      expect(bytesIn(parts).equals(CONTENT)).to.equal(true);
      letGo(parts);
    }
  });

  for (const wrong of [0, 1, 2]) {
    it(`is wrong in a thread where part ${wrong} has another hash`, async () => {
      expect(await thread.isRight({ fd: file.fd, position: 0, parts: partsOf(wrong) })).to.equal(false);
    });

    it(`tells that part ${wrong} is wrong, and has those before it`, async () => {
      const parts = partsOf(wrong);
      expect(await readVerified({ fd: file.fd, position: 0, parts, isFirst: false })).to.deep.equal({
        nth: wrong,
        isMissing: false,
      });
      const before = wrong * CHUNK;
      expect(bytesIn(parts).subarray(0, before).equals(CONTENT.subarray(0, before))).to.equal(true);
    });
  }

  it('is wrong in a thread where the file ends too early, or can not be read', async () => {
    const [first] = partsOf();
    const parts = first ? [first] : [];
    expect(await thread.isRight({ fd: file.fd, position: SIZE - CHUNK + 1, parts })).to.equal(false);
    const folderItself = await open(folder);
    expect(await thread.isRight({ fd: folderItself.fd, position: 0, parts })).to.equal(false);
    await folderItself.close();
  });

  it('keeps no process from ending, though its thread still starts', async () => {
    const module = import.meta.resolve('../../../indexer/media/hashing/hash-thread.ts');
    const script = `const { HashThread } = await import('${module}'); new HashThread(() => undefined);`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      timeout: 30_000,
    });
  }).timeout(40_000);

  it('is missing behind the end of its file', async () => {
    const parts = partsOf();
    expect(await readVerified({ fd: file.fd, position: SIZE, parts, isFirst: true })).to.deep.equal({
      nth: 0,
      isMissing: true,
    });
  });

  it('is wrong, and no thread any more, once it has failed', async () => {
    const unknown = Number.NaN; // a job that its thread can not do
    const parts = [{ pieces: [] as Buffer[], hash: Buffer.alloc(0) }];
    expect(await thread.isRight({ fd: unknown, position: 0, parts })).to.equal(false);
    await until('it is gone', () => isGone);
  });
});
