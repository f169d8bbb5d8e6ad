import { expect } from 'chai';
import { codeBlocks, runBlock } from './code-blocks.ts';
import { useHost } from './host.ts';

describe('what documents tell about playing, at one host', () => {
  const host = useHost();

  it('docs/playback.md: serves an upload, is paid by a wallet, and plays for it', async () => {
    const [upload, play, ...more] = codeBlocks('docs/playback.md', 'Try it');
    if (!upload || !play) throw new Error('a block is missing');
    expect(more).to.deep.equal([]);
    await runBlock(upload, host);
    expect(await runBlock(play, host)).to.match(
      /^402 1000000000000000 base units for one view\n206 bytes 0-999\/\d+\n$/,
    );
  });

  it('docs/client.md: uploads a video that is sold by the minute, opens a channel and buys a key', async () => {
    const [upload, buy, inPage, ...more] = codeBlocks('docs/client.md', 'Try it');
    if (!upload || !buy || !inPage) throw new Error('a block is missing');
    expect(more).to.deep.equal([]);
    await runBlock(upload, host);
    expect(await runBlock(buy, host)).to.equal(
      'a key of 16 bytes for 1000000000000000n base units; 9000000000000000n are left\n',
    );
  });
});
