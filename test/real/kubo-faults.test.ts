import { expect } from 'chai';
import { openKuboStorage } from '../../indexer/media/kubo/kubo.ts';
import type { MediaStorage } from '../../indexer/media/storage.ts';
import { StorageFailure } from '../../indexer/media/storage.ts';
import { bytesOf, CHUNK, collect, file } from '../indexer/media/content.ts';
import { HangingSource } from '../indexer/media/suite.ts';
import { rejection } from '../rejection.ts';
import { CutWire } from './kubo-cut.ts';
import { KuboProcess } from './kubo-node.ts';

const CHUNKS = 40;
const SIZE = CHUNKS * CHUNK;
const ANSWER_TIMEOUT_MS = 1_000;

describe('a Kubo node that fails', () => {
  let node: KuboProcess;
  let storage: MediaStorage;

  before(async () => {
    node = await KuboProcess.start();
    storage = openKuboStorage({ url: node.url, timeoutMs: ANSWER_TIMEOUT_MS });
  });
  beforeEach(() => node.empty());
  after(async () => {
    await storage.close();
    await node.dispose();
  });

  describe('killed', () => {
    afterEach(() => node.start());

    for (const [when, atChunk] of [
      ['at the first byte', 0],
      ['on the way', CHUNKS / 2],
      ['at the last byte', CHUNKS],
    ] as const) {
      it(`${when} of an upload: it fails, retryable, and after its restart nothing is kept`, async () => {
        const source = interrupted(SIZE, atChunk, () => node.kill());
        expectRetryable(await rejection(storage.add(source)));
        await node.start();
        expect(await node.pins()).to.deep.equal([]);
        const { cid } = await storage.add(file(SIZE));
        expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: SIZE });
        await node.kill();
      });
    }

    it('while a file is read: the reading ends with a retryable error, after right bytes only', async () => {
      const { cid } = await storage.add(file(SIZE));
      const { bytes, error } = await readUntilError(storage, cid, () => node.kill());
      expectRetryable(error);
      expect(bytes.length).to.be.within(CHUNK, SIZE - 1);
      expect(bytes.equals(bytesOf(0, bytes.length))).to.equal(true);
    });

    it('before a call: every one fails, retryable, and says why', async () => {
      await node.kill();
      for (const failure of await failuresOfAll()) {
        expectRetryable(failure);
        expect(failure)
          .to.have.property('message')
          .that.matches(/^kubo: \S+: .*ECONNREFUSED/);
      }
    });
  });

  describe('stopped (SIGSTOP)', () => {
    afterEach(() => node.thaw());

    it('before a call: every one ends in time', async () => {
      await node.freeze();
      const begun = performance.now();
      for (const failure of await failuresOfAll()) {
        expectRetryable(failure);
        expect(failure)
          .to.have.property('message')
          .that.matches(/ no answer in \d+ ms$/);
      }
      expect(performance.now() - begun).to.be.below(3 * ANSWER_TIMEOUT_MS);
    });

    it('on the way of an upload: it ends in time, without reading its source meanwhile', async () => {
      const endless = 2 ** 40;
      const source = interrupted(endless, 8, () => node.freeze());
      let taken = 0;
      const onProgress = (bytes: number) => {
        taken = bytes;
      };
      expectRetryable(await rejection(storage.add(source, { onProgress })));
      expect(taken).to.be.below(64 * 1024 * 1024);
      node.thaw();
      expect(await node.pins()).to.deep.equal([]);
    });

    it('while a file is read: the reading ends in time, with a retryable error', async () => {
      const { cid } = await storage.add(file(SIZE));
      const { bytes, error } = await readUntilError(storage, cid, () => node.freeze());
      expectRetryable(error);
      expect(bytes.equals(bytesOf(0, bytes.length))).to.equal(true);
    });

    it('while a file is read: an abort ends the reading at once', async () => {
      const { cid } = await storage.add(file(SIZE));
      const patient = openKuboStorage({ url: node.url, timeoutMs: 60_000 });
      const abort = new AbortController();
      const reason = new Error('enough');
      const reading = async () => {
        for await (const _ of patient.read(cid, { offset: 0, length: SIZE, signal: abort.signal })) {
          await node.freeze();
          setImmediate(() => abort.abort(reason));
        }
      };
      expect(await rejection(reading())).to.equal(reason);
    });
  });

  describe('behind a wire that is cut', () => {
    let wire: CutWire;
    let behind: MediaStorage;

    beforeEach(async () => {
      wire = await CutWire.to(node.url);
      behind = openKuboStorage({ url: wire.url, timeoutMs: ANSWER_TIMEOUT_MS });
    });
    afterEach(() => wire.close());

    it('in the middle of a block: the reading ends with a retryable error, after right bytes only', async () => {
      const { cid } = await storage.add(file(SIZE));
      wire.left = 3.5 * CHUNK;
      const { bytes, error } = await readUntilError(behind, cid);
      expectRetryable(error);
      expect(bytes.length).to.be.below(SIZE);
      expect(bytes.equals(bytesOf(0, bytes.length))).to.equal(true);
    });

    for (const left of [1, 50, 100, 200]) {
      it(`after ${left} bytes of an answer: no call takes the part for the whole`, async () => {
        const { cid } = await storage.add(file(SIZE));
        for (const call of [
          () => behind.ping(),
          () => behind.stat(cid),
          () => behind.remove(cid),
          () => behind.add(file(CHUNK)),
        ]) {
          wire.left = left;
          expectRetryable(await rejection(call()));
        }
      });
    }
  });

  describe('and a client that goes away', () => {
    for (const ms of [0, 2, 5, 10, 20, 30, 40, 60, 80, 100, 150, 200]) {
      it(`${ms} ms after its last byte: the file is kept and answered, or neither`, async () => {
        const abort = new AbortController();
        async function* source() {
          yield* file(SIZE);
          setTimeout(() => abort.abort(new Error('gone')), ms);
        }
        const answer = await storage.add(source(), { signal: abort.signal }).catch((error: Error) => error);
        const kept = answer instanceof Error ? [] : [answer.cid];
        if (answer instanceof Error) expect(answer.message).to.equal('gone');
        expect(await node.pins()).to.deep.equal(kept);
      });
    }

    it('later than the patience with the node: the node is not blamed', async () => {
      const hasty = openKuboStorage({ url: node.url, timeoutMs: 300 });
      const source = new HangingSource();
      const abort = new AbortController();
      const gone = new Error('gone');
      const adding = rejection(hasty.add(source, { signal: abort.signal }));
      await source.hanging;
      setTimeout(() => abort.abort(gone), 600);
      expect(await adding).to.equal(gone);
    });
  });

  /** What every call that needs the node rejects with, all made at once. */
  function failuresOfAll(): Promise<unknown[]> {
    const cid = 'bafkreietseox7mbu3i3vb7ros2unfux4aqryzvgytw7scpl5juzn65javy';
    const calls = [
      storage.ping(),
      storage.stat(cid),
      collect(storage.read(cid, { offset: 0, length: 1 })),
      storage.remove(cid),
      storage.add(file(SIZE)),
    ];
    return Promise.all(calls.map(rejection));
  }
});

async function readUntilError(
  storage: MediaStorage,
  cid: string,
  afterFirst: () => unknown = () => undefined,
): Promise<{ bytes: Buffer; error: unknown }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of storage.read(cid, { offset: 0, length: SIZE })) {
      if (pieces.push(piece) === 1) await afterFirst();
    }
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
  throw new Error('the reading did not fail');
}

/** `file(size)` that does something before it yields its chunk `atChunk`, or ends. */
async function* interrupted(
  size: number,
  atChunk: number,
  act: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const first = Math.min(atChunk * CHUNK, size);
  yield* file(first);
  await act();
  for (let offset = first; offset < size; offset += CHUNK)
    yield bytesOf(offset, Math.min(CHUNK, size - offset));
}

function expectRetryable(error: unknown): void {
  expect(error).to.be.instanceOf(StorageFailure).with.property('retryable', true);
}
