import { expect } from 'chai';
import { CHUNK_BYTES, Chunker } from '../../../indexer/media/unixfs/chunker.ts';

describe('Chunker', () => {
  it('keeps few buffers for use again, whatever number of uploads has given back', async () => {
    const source = Array.from({ length: 300 }, () => Buffer.alloc(CHUNK_BYTES));
    const given = await cut(source);
    for (const chunk of given) new Chunker().reuse(chunk);
    const taken = new Set((await cut(source)).map(({ buffer }) => buffer));
    const again = given.filter(({ buffer }) => taken.has(buffer)).length;
    expect(again).to.be.within(1, 64);
  });
});

async function cut(source: Iterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of new Chunker().cut(source)) chunks.push(chunk);
  return chunks;
}
