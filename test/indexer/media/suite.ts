import { once } from 'node:events';
import { expect } from 'chai';
import type { AddedMedia, MediaStorage } from '../../../indexer/media/storage.ts';
import { MediaNotFound } from '../../../indexer/media/storage.ts';
import { rejection } from '../../rejection.ts';
import { bytesOf, CHUNK, collect, file } from './content.ts';

/** A back end under test. */
export interface Opened {
  storage: MediaStorage;
  /** Closes it and opens it anew over the same content. */
  reopen(): Promise<Opened>;
  /** Closes it and takes away everything it holds. */
  dispose(): Promise<void>;
}

/** One that keeps IPFS blocks. */
export interface OpenedBlocks extends Opened {
  /** The file that holds a block, for tests that damage it. */
  blockFile(cid: string): string;
}

export const ABSENT = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
const sizeFor = (unit: number) => 3 * unit + 1234;

/**
 * What every back end of `MediaStorage` does. `open` answers an empty one.
 * @param unit bytes of which the larger files have three and twenty: fewer where each byte is dear.
 */
export function describeStorage(name: string, open: () => Promise<Opened>, unit = CHUNK): void {
  const SIZE = sizeFor(unit);

  describe(`MediaStorage: ${name}`, () => {
    let opened: Opened;
    let storage: MediaStorage;

    beforeEach(async () => {
      opened = await open();
      storage = opened.storage;
    });
    afterEach(() => opened.dispose());

    const whole = async (cid: string, sizeBytes: number) =>
      collect(storage.read(cid, { offset: 0, length: sizeBytes }));

    describe('add()', () => {
      it('rejects with the error of its source and leaves nothing behind', async () => {
        const { cid } = await storage.add(file(SIZE));
        await storage.remove(cid);
        const broken = new Error('the client went away');
        const failure = await rejection(storage.add(endingWith(broken, SIZE)));
        expect(failure).to.equal(broken);
        expect(await storage.stat(cid)).to.equal(null);
      });

      it('rejects with the reason of an abort, even while its source hangs', async () => {
        const abort = new AbortController();
        const reason = new Error('stop');
        const source = new HangingSource(SIZE);
        const failure = rejection(storage.add(source, { signal: abort.signal }));
        await source.hanging;
        abort.abort(reason);
        expect(await failure).to.equal(reason);
      });

      it('rejects at once with a signal that has aborted already', async () => {
        const reason = new Error('stop');
        expect(await rejection(storage.add(file(SIZE), { signal: AbortSignal.abort(reason) }))).to.equal(
          reason,
        );
      });

      it('rejects with what beforeKept throws and leaves nothing behind', async () => {
        const refused = new Error('not this one');
        const seen: AddedMedia[] = [];
        const beforeKept = async (media: AddedMedia) => {
          seen.push(media);
          throw refused;
        };
        expect(await rejection(storage.add(file(SIZE), { beforeKept }))).to.equal(refused);
        expect(seen.map(({ sizeBytes }) => sizeBytes)).to.deep.equal([SIZE]);
        expect(await storage.stat(String(seen[0]?.cid))).to.equal(null);
      });

      it('keeps nothing before beforeKept is done, and everything after it', async () => {
        const statMeanwhile: unknown[] = [];
        const beforeKept = async ({ cid }: AddedMedia) => {
          statMeanwhile.push(await storage.stat(cid));
        };
        const { cid } = await storage.add(file(SIZE), { beforeKept });
        expect(statMeanwhile).to.deep.equal([null]);
        expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: SIZE });
      });

      it('ends when the storage closes', async () => {
        const source = new HangingSource(SIZE);
        const failure = rejection(storage.add(source));
        await source.hanging;
        opened = await opened.reopen();
        expect(await failure)
          .to.be.instanceOf(Error)
          .with.property('message')
          .that.matches(/the media storage is closing$/);
      });

      it('asks its source for no more once it has failed', async () => {
        let ended = false;
        async function* endless() {
          try {
            for (;;) yield bytesOf(0, CHUNK);
          } finally {
            ended = true;
          }
        }
        const abort = new AbortController();
        const onProgress = () => abort.abort(new Error('stop'));
        await rejection(storage.add(endless(), { signal: abort.signal, onProgress }));
        expect(ended).to.equal(true);
      });

      it('leaves content that was here before as it was when it fails', async () => {
        const { cid, sizeBytes } = await storage.add(file(SIZE));
        await rejection(storage.add(endingWith(new Error('broken'), SIZE)));
        expect((await whole(cid, sizeBytes)).equals(bytesOf(0, SIZE))).to.equal(true);
      });

      it('keeps the blocks that a failing upload of the same content shares with one under way', async () => {
        const source = new HangingSource(SIZE);
        const abort = new AbortController();
        const failing = rejection(storage.add(source, { signal: abort.signal }));
        await source.hanging;
        const sound = storage.add(file(SIZE));
        abort.abort(new Error('broken'));
        await failing;
        const { cid, sizeBytes } = await sound;
        expect((await whole(cid, sizeBytes)).equals(bytesOf(0, SIZE))).to.equal(true);
      });

      it('answers one CID for the same content, at once and one after the other', async () => {
        const [first, second] = await Promise.all([storage.add(file(SIZE)), storage.add(file(SIZE, 1000))]);
        const third = await storage.add(file(SIZE));
        expect(second).to.deep.equal(first);
        expect(third).to.deep.equal(first);
        expect((await whole(first.cid, SIZE)).equals(bytesOf(0, SIZE))).to.equal(true);
      });

      it('leaves others their turn while uploads wait for their clients', async () => {
        const abort = new AbortController();
        const sources = Array.from({ length: 20 }, () => new HangingSource(SIZE));
        const waiting = sources.map((source) => rejection(storage.add(source, { signal: abort.signal })));
        await Promise.all(sources.map((source) => source.hanging));
        const { cid } = await storage.add(file(SIZE));
        expect((await whole(cid, SIZE)).equals(bytesOf(0, SIZE))).to.equal(true);
        abort.abort(new Error('stop'));
        await Promise.all(waiting);
      });

      it('tells how far it is, up to the size', async () => {
        const seen: number[] = [];
        await storage.add(file(SIZE, unit), { onProgress: (bytes) => seen.push(bytes) });
        expect(seen).to.deep.equal([unit, 2 * unit, 3 * unit, SIZE]);
      });

      it('takes an empty file', async () => {
        const { cid, sizeBytes } = await storage.add(file(0));
        expect(sizeBytes).to.equal(0);
        expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: 0 });
        expect(await whole(cid, 0)).to.have.length(0);
      });

      it('keeps what it answered across a restart', async () => {
        const { cid } = await storage.add(file(SIZE));
        opened = await opened.reopen();
        storage = opened.storage;
        expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: SIZE });
        expect((await whole(cid, SIZE)).equals(bytesOf(0, SIZE))).to.equal(true);
      });
    });

    describe('stat()', () => {
      it('is null for content that is not here, and for what is no CID', async () => {
        expect(await storage.stat(ABSENT)).to.equal(null);
        expect(await storage.stat('../../etc/passwd')).to.equal(null);
      });
    });

    describe('read()', () => {
      it('throws MediaNotFound for content that is not here', async () => {
        const failure = await rejection(collect(storage.read(ABSENT, { offset: 0, length: 1 })));
        expect(failure).to.be.instanceOf(MediaNotFound).with.property('cid', ABSENT);
      });

      const ranges: [what: string, offset: number, length: number][] = [
        ['the first byte', 0, 1],
        ['the last byte', SIZE - 1, 1],
        ['a range inside one chunk', 1000, 5000],
        ['a range across chunks', unit - 7, unit + 20],
        ['exactly one chunk', unit, unit],
        ['nothing', 17, 0],
        ['what there is of a range beyond the end', SIZE - 10, 5000],
        ['nothing after the end', SIZE + 10, 5],
      ];
      for (const [what, offset, length] of ranges) {
        it(`gives ${what}`, async () => {
          const { cid } = await storage.add(file(SIZE));
          const expected = bytesOf(offset, Math.max(0, Math.min(length, SIZE - offset)));
          const actual = await collect(storage.read(cid, { offset, length }));
          expect(actual.equals(expected)).to.equal(true);
        });
      }

      it('gives a file the same whether it is read whole or piece by piece', async () => {
        const { cid } = await storage.add(file(SIZE));
        const step = Math.floor(unit / 2.6);
        for (let offset = 0; offset < SIZE; offset += step) {
          const actual = await collect(storage.read(cid, { offset, length: step }));
          expect(actual.equals(bytesOf(offset, Math.min(step, SIZE - offset)))).to.equal(true);
        }
      });

      it('rejects at once with a signal that has aborted already', async () => {
        const { cid } = await storage.add(file(SIZE));
        const reason = new Error('enough');
        const range = { offset: 0, length: SIZE, signal: AbortSignal.abort(reason) };
        expect(await rejection(collect(storage.read(cid, range)))).to.equal(reason);
      });

      it('stops with its reader', async () => {
        const { cid } = await storage.add(file(20 * unit));
        for await (const bytes of storage.read(cid, { offset: 3, length: 20 * unit - 3 })) {
          expect(bytes.length).to.be.within(1, 4 * unit);
          expect(bytesOf(3, bytes.length).equals(bytes)).to.equal(true);
          break;
        }
        expect((await whole(cid, 20 * unit)).length).to.equal(20 * unit);
      });

      it('ends with the reason of an abort', async () => {
        const { cid } = await storage.add(file(20 * unit));
        const abort = new AbortController();
        const reason = new Error('enough');
        const reading = async () => {
          for await (const _ of storage.read(cid, { offset: 0, length: 20 * unit, signal: abort.signal })) {
            abort.abort(reason);
          }
        };
        expect(await rejection(reading())).to.equal(reason);
      });

      it('serves many readers of one file at once', async () => {
        const { cid } = await storage.add(file(SIZE));
        const readers = Array.from({ length: 10 }, (_, index) =>
          collect(storage.read(cid, { offset: index * 1000, length: unit })),
        );
        for (const [index, bytes] of (await Promise.all(readers)).entries()) {
          expect(bytes.equals(bytesOf(index * 1000, unit)), `reader ${index}`).to.equal(true);
        }
      });
    });

    describe('remove()', () => {
      it('takes a miss for done', async () => {
        await storage.remove(ABSENT);
      });

      it('takes the content away', async () => {
        const { cid } = await storage.add(file(SIZE));
        await storage.remove(cid);
        expect(await storage.stat(cid)).to.equal(null);
        expect(await rejection(whole(cid, SIZE))).to.be.instanceOf(MediaNotFound);
      });

      it('keeps what other content shares with it', async () => {
        const longer = await storage.add(file(SIZE + unit));
        const shorter = await storage.add(file(SIZE));
        await storage.remove(longer.cid);
        expect((await whole(shorter.cid, SIZE)).equals(bytesOf(0, SIZE))).to.equal(true);
      });

      it('keeps what an upload under way shares with it', async () => {
        const { cid } = await storage.add(file(SIZE));
        const release = Promise.withResolvers<void>();
        const again = storage.add(pausedAtEnd(SIZE, release.promise));
        await storage.remove(cid);
        release.resolve();
        expect(await again).to.include({ cid, sizeBytes: SIZE });
        expect((await whole(cid, SIZE)).equals(bytesOf(0, SIZE))).to.equal(true);
      });

      it('leaves content that can be added again', async () => {
        const { cid } = await storage.add(file(SIZE));
        await Promise.all([storage.remove(cid), storage.add(file(SIZE)), storage.remove(cid)]);
        await storage.add(file(SIZE));
        expect((await whole(cid, SIZE)).equals(bytesOf(0, SIZE))).to.equal(true);
      });
    });

    describe('ping()', () => {
      it('resolves while the back end works', async () => {
        await storage.ping();
      });
    });
  });
}

/** `file(size)`, but for the last byte: then it fails. */
export async function* endingWith(error: Error, size = sizeFor(CHUNK)): AsyncGenerator<Uint8Array> {
  yield* file(size - 1);
  throw error;
}

async function* pausedAtEnd(size: number, until: Promise<void>): AsyncGenerator<Uint8Array> {
  yield* file(size);
  await until;
}

/** `file(size - 1)`, and then nothing more, for ever. */
export class HangingSource implements AsyncIterable<Uint8Array> {
  readonly #events = new EventTarget();
  readonly #size: number;
  /** Resolves when all there is has been taken. */
  readonly hanging: Promise<unknown> = once(this.#events, 'hanging');

  constructor(size = sizeFor(CHUNK)) {
    this.#size = size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield* file(this.#size - 1);
    this.#events.dispatchEvent(new Event('hanging'));
    await new Promise(() => undefined);
  }
}
