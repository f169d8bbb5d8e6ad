import { expect } from 'chai';
import { parseEther, ZeroAddress } from 'ethers';
import { sum } from '../../../indexer/lib/money.ts';
import { eventually } from '../../e2e/host.ts';
import { bookOf, callsBy, owedFor, unitsOf } from './accounts.ts';
import { type Market, openMarket } from './market.ts';
import { openChannels, type Viewer, watch } from './viewers.ts';

const DEPOSIT = parseEther('1');
const MINUTES = 1_000;
const FINAL_BLOCKS = '0x10';
const CLAIMED_MS = 30_000;

/** Of three providers, one of them in a token whose viewer holds no coin for gas. */
describe('a thousand minutes of fifty videos, by five deposits', function () {
  this.timeout(180_000);
  let market: Market;
  let viewers: Viewer[];
  before(async () => {
    market = await openMarket([
      { operator: 5, videos: 20, inToken: false },
      { operator: 6, videos: 20, inToken: false },
      { operator: 7, videos: 10, inToken: true },
    ]);
    viewers = [];
    for (const [index, shop] of market.shops.entries()) {
      const count = index === 2 ? 1 : 2;
      viewers.push(...(await openChannels(market, shop, { viewers: count, deposit: DEPOSIT })));
    }
    await market.chain.provider.send('anvil_mine', [FINAL_BLOCKS]);
  });
  after(() => market?.stop());

  const coins = () => [ZeroAddress, market.coin];
  const isIn = (coin: string) => (viewer: Viewer) => viewer.shop.parties.token === coin;
  const heldIn = async (coin: string, account: string) =>
    coin === ZeroAddress ? market.chain.provider.getBalance(account) : market.token.balanceOf(account);
  const held = async () => Promise.all(coins().map((coin) => heldIn(coin, market.chain.contract)));
  const deposited = (coin: string) => sum(viewers.filter(isIn(coin)).map(({ deposit }) => deposit));
  const books = () => market.shops.map((shop) => ({ shop, ...bookOf(shop) }));
  const vouchersOf = ({ channel, shop }: Viewer) =>
    bookOf(shop).vouchers.filter(({ channelId }) => channelId === channel.id);
  const signedBy = (viewer: Viewer) => sum(vouchersOf(viewer).map(({ total }) => total));
  const signedIn = (coin: string) => sum(viewers.filter(isIn(coin)).map(signedBy));

  it('gives a key for every minute paid, and none else', async () => {
    expect(new Set(market.shops.flatMap(({ listings }) => listings.map(({ cid }) => cid))).size).to.equal(50);
    expect(await held()).to.deep.equal(coins().map(deposited));
    const given = await Promise.all(viewers.map(watch));
    expect(given).to.deep.equal(viewers.map(() => MINUTES / viewers.length));
    const sold = books();
    expect(sum(sold.map(({ vouchers }) => unitsOf(vouchers)))).to.equal(BigInt(MINUTES));
    expect(sold.map(({ openings, distinct }) => openings - distinct)).to.deep.equal([0, 0, 0]);
    expect(sold.reduce((all, { openings }) => all + openings, 0)).to.equal(MINUTES);
    for (const viewer of viewers) expect((await viewer.channel.balance()).spent).to.equal(signedBy(viewer));
  });

  it('charges nothing for what is watched again', async () => {
    const before = books();
    await Promise.all(viewers.map(watch));
    expect(books()).to.deep.equal(before);
  });

  it('pays for every minute when the viewers leave, though a host was killed and came back', async () => {
    const [first, second, third] = market.shops;
    for (const { channel, wallet, relay } of viewers) await channel.close({ wallet, relay });
    // These two claim by themselves, as soon as they start; of the third it is done by hand.
    await Promise.all([first?.restart(), second?.restart()]);
    expect(await third?.claim()).to.include({ how: 0 });
    const states = () => books().flatMap(({ vouchers }) => vouchers.map(({ state }) => state));
    const all = await eventually(CLAIMED_MS, states, (found) => found.every((state) => state === 'claimed'));
    expect(all).to.deep.equal(viewers.map(() => 'claimed'));

    for (const [key, amount] of owedFor(books())) {
      const [account = '', token = ''] = key.split(' ');
      expect(await market.contract.credits(account, token), key).to.equal(amount);
    }
    expect(sum([...owedFor(books()).values()])).to.equal(sum(viewers.map(signedBy)));
    const { VoucherClaimed, VoucherRejected } = market.contract.filters;
    expect(await market.contract.queryFilter(VoucherClaimed())).to.have.length(viewers.length);
    expect(await market.contract.queryFilter(VoucherRejected())).to.deep.equal([]);
    expect(await held()).to.deep.equal(coins().map(deposited));
  });

  it('gives every viewer the rest back, to the wei', async () => {
    const { chain, contract } = market;
    await chain.provider.send('evm_increaseTime', [Number(await contract.withdrawDelaySec()) + 1]);
    await chain.provider.send('evm_mine', []);
    for (const viewer of viewers) {
      const { wallet, channel, relay, deposit, shop } = viewer;
      const { token } = shop.parties;
      const before = await heldIn(token, wallet.address);
      const head = await chain.provider.getBlockNumber();
      await channel.collect(relay ? { relay } : { wallet });
      const back = (await heldIn(token, wallet.address)) - before + (await gasOf(wallet.address, head));
      expect(back).to.equal(deposit - signedBy(viewer));
    }
    const refunds = await contract.queryFilter(contract.filters.WithdrawFinalized());
    expect(sum(refunds.map(({ args }) => args.amount))).to.equal(
      sum(viewers.map((viewer) => viewer.deposit - signedBy(viewer))),
    );
    expect(await held()).to.deep.equal(coins().map(signedIn));
  });

  it('pays creators and providers out, and keeps nothing', async () => {
    const { contract, chain } = market;
    const earners = [...market.creators, ...market.shops.map(({ provider }) => provider)];
    for (const [key, amount] of owedFor(books())) {
      const [account = '', token = ''] = key.split(' ');
      const signer = earners.find(({ address }) => address === account)?.signer;
      const before = await heldIn(token, account);
      const head = await chain.provider.getBlockNumber();
      await (await contract.connect(signer ?? null).withdraw(token)).wait();
      const gas = token === ZeroAddress ? await gasOf(account, head) : 0n;
      expect((await heldIn(token, account)) - before + gas, key).to.equal(amount);
      expect(await contract.credits(account, token)).to.equal(0n);
    }
    const paid = await contract.queryFilter(contract.filters.Withdrawn());
    const toViewers = sum(viewers.map((viewer) => viewer.deposit - signedBy(viewer)));
    expect(sum(paid.map(({ args }) => args.amount))).to.equal(toViewers + sum(viewers.map(signedBy)));
    expect(await held()).to.deep.equal([0n, 0n]);
  });

  it('had the viewers send a deposit and their exits, in all blocks, and the one without coin nothing', async () => {
    const calls = await callsBy(market, viewers);
    const ways = viewers.map(({ wallet }) => calls.get(wallet.address));
    const own = ['open', 'initiateWithdraw', 'finalizeWithdraw', 'withdrawFor'];
    expect(ways).to.deep.equal([own, own, own, own, []]);
    const { ChannelOpened, Deposited } = market.contract.filters;
    expect(await market.contract.queryFilter(ChannelOpened())).to.have.length(viewers.length);
    const deposits = await market.contract.queryFilter(Deposited());
    expect(sum(deposits.map(({ args }) => args.amount))).to.equal(sum(viewers.map(({ deposit }) => deposit)));
  });

  /** Wei that an account has spent on gas since a block. */
  async function gasOf(account: string, since: number): Promise<bigint> {
    const { provider } = market.chain;
    let fees = 0n;
    for (let number = since + 1; number <= (await provider.getBlockNumber()); number += 1) {
      const block = await provider.getBlock(number, true);
      for (const { from, hash } of block?.prefetchedTransactions ?? []) {
        if (from === account) fees += (await provider.getTransactionReceipt(hash))?.fee ?? 0n;
      }
    }
    return fees;
  }
});
