import { expect } from 'chai';
import { CHUNK_BYTES, Chunker } from '../../../indexer/media/unixfs/chunker.ts';

describe('Chunker', () => {
  it('keeps few buffers for use again, whatever number of uploads has given back', async () => {
    const given = Array.from({ length: 300 }, () => new Uint8Array(CHUNK_BYTES));
    for (const buffer of given) new Chunker().reuse(buffer);
    const chunker = new Chunker();
    const taken = new Set<ArrayBufferLike>();
    const source = given.map(() => Buffer.alloc(CHUNK_BYTES));
    for await (const chunk of chunker.cut(source)) taken.add(chunk.buffer);
    const again = given.filter(({ buffer }) => taken.has(buffer)).length;
    expect(again).to.be.within(1, 64);
  });
});
