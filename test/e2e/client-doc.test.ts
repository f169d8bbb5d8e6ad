import { expect } from 'chai';
import { codeBlocks, runBlock } from './code-blocks.ts';
import { useHost } from './host.ts';

describe('docs/client.md', () => {
  const host = useHost();

  it('uploads a video that is sold by the minute, opens a channel and buys a key', async () => {
    const [upload, buy, inPage, ...more] = codeBlocks('docs/client.md', 'Try it');
    if (!upload || !buy || !inPage) throw new Error('a block is missing');
    expect(more).to.deep.equal([]);
    await runBlock(upload, host);
    expect(await runBlock(buy, host)).to.equal(
      'a key of 16 bytes for 1000000000000000n base units; 9000000000000000n are left\n',
    );
  });
});
