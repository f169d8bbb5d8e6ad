import { expect } from 'chai';
import { ChainUnusable } from '../../../indexer/compose/chain/chain.ts';
import { rejected } from '../../rejection.ts';
import { startApi } from './api.ts';
import { type Selling, startSelling } from './selling.ts';

const HOUR = 3_600;

describe('a host on the development chain of another', () => {
  let laterSec = 0;
  let host: Selling;
  before(async () => {
    host = await startSelling({ isEndpoint: true, nowSec: () => Math.floor(Date.now() / 1000) + laterSec });
  });
  after(() => host.stop());

  it('sells while that chain makes no block, and says so', async () => {
    const video = await host.packaged();
    const channel = await host.open();
    laterSec = HOUR;
    expect(host.outcomeOf(await host.buy(video, channel, [0], 1), video)).to.deep.equal([0]);
    const { parts } = (await host.api.get('/readyz')).body as { parts: Record<string, object> };
    expect(parts.sales).to.include({ state: 'up' });
  });

  it('waits for no further block before it sells all of a deposit', async () => {
    const env = { ETH_RPC_URL: String(host.api.chain.facts.rpcUrl), CONTRACT_ADDRESS: host.contract };
    const second = await startApi({ env });
    expect(second.chain.facts).to.include({ chainId: 31_337, confirmations: 0 });
    await second.stop();
  });

  it('is told where the contract is found', async () => {
    const env = { ETH_RPC_URL: String(host.api.chain.facts.rpcUrl) };
    const { message } = await rejected(startApi({ env }), ChainUnusable);
    expect(message).to.contain(
      'chain 31337: set CONTRACT_ADDRESS to the contract that GET /chain of the host',
    );
  });
});
