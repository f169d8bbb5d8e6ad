import { expect } from 'chai';
import { tourBlocks } from './api-tour-calls.ts';
import { codeBlocks, runBlock } from './code-blocks.ts';
import { useHost } from './host.ts';
import { indexedAll } from './mirror.ts';

const VIEWER = '0x90F79bf6EB2c4f870365E785982E1f101E93b906';

describe('docs/channels.md', () => {
  const host = useHost();

  it('pays three views with one transaction of the viewer, and shows how to leave', async () => {
    for (const part of ['/upload-content', '/register']) {
      const block = tourBlocks().find(({ code }) => code.includes(part));
      if (!block) throw new Error(`the tour has no call with ${part}`);
      await runBlock(block, host);
    }
    const [pay, channels, history, leave, ...more] = codeBlocks('docs/channels.md', 'Try it');
    if (!pay || !channels || !history || !leave) throw new Error('a block is missing');
    expect(more).to.deep.equal([]);

    expect(await runBlock(pay, host)).to.match(
      /^good for 3000000000000000n base units: true\npaid from channel 0x[0-9a-f]{64}\n$/,
    );
    await indexedAll(host);
    const [channel] = JSON.parse(await runBlock(channels, host)).channels;
    expect(channel).to.include({ viewer_wallet: VIEWER, deposit: '0.097', claimed: '0.003', next_seq: 1 });
    const { records } = JSON.parse(await runBlock(history, host));
    expect(records).to.have.length(1);
    expect(records[0]).to.include({ source: 'voucher', amount_base_units: '3000000000000000' });
    expect(await runBlock(leave, host))
      .to.contain(channel.channel_id)
      .and.to.contain('initiateWithdraw(');
  });
});
