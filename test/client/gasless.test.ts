import { expect } from 'chai';
import { openChannel } from '../../client/index.ts';
import { memoryStorage } from '../../client/storage.ts';
import { PROVIDER } from '../indexer/http/api.ts';
import { AMOUNT, type ChannelMoney, MINIMUM, startChannelMoney } from '../indexer/http/channel-money.ts';
import { rejection } from '../rejection.ts';

describe('a channel of a viewer that holds no coin for gas', () => {
  let on: ChannelMoney;
  before(async () => {
    on = await startChannelMoney();
  });
  after(() => on.api.stop());

  async function viewer() {
    const { api, tokenAddress: token } = on;
    const { chainId, contract } = api.chain.facts;
    const wallet = await on.viewerWith();
    const relay = { host: api.url };
    const options = {
      chainId,
      contract,
      provider: PROVIDER,
      token,
      storage: memoryStorage(),
      facts: relay,
      wallet,
    };
    return { wallet, relay, options };
  }

  it('is opened, added to and left by signatures alone', async () => {
    const { wallet, relay, options } = await viewer();
    const channel = await openChannel({ ...options, relay, deposit: AMOUNT });
    expect(await channel.balance()).to.include({ deposit: AMOUNT, limit: AMOUNT });
    await channel.topUp(MINIMUM, { wallet, relay });
    expect(await channel.balance()).to.include({ deposit: AMOUNT + MINIMUM, limit: AMOUNT + MINIMUM });

    await channel.close({ wallet, relay });
    const { withdrawableAtSec } = await channel.balance();
    const head = await on.api.chain.provider.getBlock('latest');
    await on.api.increaseTime(Number(withdrawableAtSec) - Number(head?.timestamp));
    const before = await on.token.balanceOf(wallet);
    await channel.collect({ relay });
    expect((await on.token.balanceOf(wallet)) - before).to.equal(AMOUNT + MINIMUM);
    expect(await on.spentBy(wallet)).to.deep.equal([0n, 0]);
  });

  it('is not opened where the host would not pay the gas, which says why', async () => {
    const { relay, options } = await viewer();
    const refused = await rejection(openChannel({ ...options, relay, deposit: MINIMUM - 1n }));
    expect(refused).to.include({ code: 'seller_refused', status: 402, problem: 'deposit_too_small' });
  });

  it('takes no transaction without an approval: the wallet sends that first', async () => {
    const { wallet, options } = await viewer();
    const funding = { to: wallet.address, value: 10n ** 18n };
    await (await on.api.wallet(0).sendTransaction(funding)).wait();
    const channel = await openChannel({ ...options, deposit: AMOUNT });
    await on.api.settled();
    expect(await channel.balance()).to.include({ deposit: AMOUNT });
    expect(await wallet.getNonce()).to.equal(2);
    await channel.topUp(AMOUNT, { wallet });
    await on.api.settled();
    expect(await channel.balance()).to.include({ deposit: 2n * AMOUNT });
  });
});
