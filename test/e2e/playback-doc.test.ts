import { expect } from 'chai';
import { codeBlocks, runBlock } from './code-blocks.ts';
import { useHost } from './host.ts';

describe('docs/playback.md', () => {
  const host = useHost();

  it('serves an upload, is paid by a wallet, and plays for it', async () => {
    const [upload, play, ...more] = codeBlocks('docs/playback.md', 'Try it');
    if (!upload || !play) throw new Error('a block is missing');
    expect(more).to.deep.equal([]);
    await runBlock(upload, host);
    expect(await runBlock(play, host)).to.match(
      /^402 1000000000000000 base units for one view\n206 bytes 0-999\/\d+\n$/,
    );
  });
});
