import { expect } from 'chai';
import { openChannel } from '../../client/index.ts';
import { memoryStorage } from '../../client/storage.ts';
import { PROVIDER } from '../indexer/http/api.ts';
import { AMOUNT, type ChannelMoney, MINIMUM, startChannelMoney } from '../indexer/http/channel-money.ts';
import { rejection } from '../rejection.ts';

const [OPERATOR, SELLER] = [0, 2];

describe('a channel of a viewer that holds no coin for gas', () => {
  let on: ChannelMoney;
  before(async () => {
    on = await startChannelMoney();
    const { api } = on;
    await (await api.as(SELLER).setClaimDelegate(api.wallet(OPERATOR).address)).wait();
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

  it('goes back at once by its own key: one signature of the wallet from the deposit on', async () => {
    const { wallet, relay, options } = await viewer();
    const held = await on.token.balanceOf(wallet);
    let signatures = 0;
    const counting = new Proxy(wallet, {
      get(target, name) {
        if (name === 'signTypedData') signatures += 1;
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const channel = await openChannel({ ...options, wallet: counting, relay, deposit: AMOUNT });
    await channel.release(relay);
    expect(await on.token.balanceOf(wallet)).to.equal(held);
    expect(await channel.balance()).to.include({ deposit: 0n, left: 0n, limit: 0n });
    expect([signatures, await on.spentBy(wallet)]).to.deep.equal([1, [0n, 0]]);
    // It was for this epoch alone: what is put in later stays.
    await channel.topUp(MINIMUM, { wallet, relay });
    expect(await channel.balance()).to.include({ deposit: MINIMUM, limit: MINIMUM });
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
