import { expect } from 'chai';
import { tee } from '../../../indexer/media/tee.ts';
import { rejection } from '../../rejection.ts';
import { bytesOf, collect, file } from './content.ts';

describe('tee()', () => {
  it('gives both readers all pieces, and pulls each once', async () => {
    let pulled = 0;
    async function* source() {
      for await (const piece of file(1_000, 100)) {
        pulled += 1;
        yield piece;
      }
    }
    for (const bytes of await Promise.all(tee(source()).map(collect))) {
      expect(bytes.equals(bytesOf(0, 1_000))).to.equal(true);
    }
    expect(pulled).to.equal(10);
  });

  it('waits for the slower reader', async () => {
    let pulled = 0;
    async function* source() {
      for (;;) {
        pulled += 1;
        yield new Uint8Array(1);
      }
    }
    const [one, other] = tee(source()).map((pieces) => pieces[Symbol.asyncIterator]());
    await Promise.all([one?.next(), other?.next()]);
    void one?.next();
    await new Promise(setImmediate);
    expect(pulled).to.equal(1);
  });

  it('goes on with one reader when the other leaves, also while it waits', async () => {
    const [one, other] = tee(file(1_000, 100));
    const reading = collect(one);
    const leaving = other[Symbol.asyncIterator]();
    await leaving.next();
    await leaving.return?.();
    expect((await reading).equals(bytesOf(0, 1_000))).to.equal(true);
  });

  it('lets the source go when both have left', async () => {
    let open = true;
    async function* source() {
      try {
        for (;;) yield new Uint8Array(1);
      } finally {
        open = false;
      }
    }
    const readers = tee(source()).map((pieces) => pieces[Symbol.asyncIterator]());
    await Promise.all(readers.map((reader) => reader.next()));
    await readers[0]?.return?.();
    expect(open).to.equal(true);
    await readers[1]?.return?.();
    expect(open).to.equal(false);
  });

  it('fails both readers with the error of the source', async () => {
    const broken = new Error('broken');
    async function* source() {
      yield* file(10);
      throw broken;
    }
    for (const failure of await Promise.all(tee(source()).map((pieces) => rejection(collect(pieces))))) {
      expect(failure).to.equal(broken);
    }
  });
});
