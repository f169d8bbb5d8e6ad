import { expect } from 'chai';
import { ofViewer } from './channels.ts';
import {
  type ChannelVoucher,
  type Content,
  FUNDS,
  newScenario,
  openChannels,
  publishContents,
  type Scenario,
  signVouchers,
} from './scenario.ts';
import { packBatch } from './vouchers.ts';
import { ethers, networkHelpers, split, WITHDRAW_DELAY_SEC } from './world.ts';

const BATCH = 100;

/** By account and coin: what creators and providers have earned by these vouchers. */
function earnedBy(vouchers: ChannelVoucher[], contents: Content[]): Map<string, bigint> {
  const earned = new Map<string, bigint>();
  const add = (account: string, coin: string, amount: bigint) =>
    earned.set(`${account} ${coin}`, (earned.get(`${account} ${coin}`) ?? 0n) + amount);
  const byId = new Map(contents.map((content) => [content.contentId, content]));
  for (const { items, open } of vouchers) {
    for (const { contentId, units, unitPrice } of items) {
      const content = byId.get(contentId);
      if (!content) throw new Error(`a voucher names ${contentId}, which nobody published`);
      const [creatorAmount, providerAmount] = split(units * unitPrice, content.shareBps);
      add(content.creator.address, content.token, creatorAmount);
      add(open.channel.provider, content.token, providerAmount);
    }
  }
  return earned;
}

function costOf(vouchers: ChannelVoucher[]): bigint {
  const items = vouchers.flatMap((voucher) => voucher.items);
  return items.reduce((sum, { units, unitPrice }) => sum + units * unitPrice, 0n);
}

async function claimAll({ host, providers, coins }: Scenario, vouchers: ChannelVoucher[]): Promise<void> {
  for (const provider of providers) {
    for (const coin of coins) {
      const theirs = vouchers.filter(
        ({ open: { channel } }) => channel.provider === provider.address && channel.token === coin,
      );
      for (let start = 0; start < theirs.length; start += BATCH) {
        const { contents, vouchers } = packBatch(theirs.slice(start, start + BATCH));
        const sent = host.connect(provider).claim(provider, coin, contents, vouchers);
        await expect(sent).not.to.emit(host, 'VoucherRejected');
      }
    }
  }
}

/** Everybody is paid, in one transaction for each coin. */
async function withdrawAll({ host, creators, providers, viewers, coins }: Scenario): Promise<void> {
  for (const account of [...creators, ...providers, ...viewers]) {
    for (const coin of coins) {
      const amount = await host.credits(account, coin);
      if (amount === 0n) continue;
      await expect(host.connect(account).withdraw(coin))
        .to.emit(host, 'Withdrawn')
        .withArgs(account.address, coin, account.address, amount);
    }
  }
}

describe('1,000 vouchers over 50 contents and 5 viewers, in two coins, claimed and withdrawn', () => {
  it('come to what was signed, to the wei, and leave nothing in the contract', async () => {
    const scenario = await newScenario(10, 2, 5);
    const { host, hostAddress, token, viewers, coins, providers } = scenario;
    const contents = await publishContents(scenario, 50);
    const channels = await openChannels(scenario);
    const vouchers = await signVouchers(scenario, contents, channels, 1_000);

    await claimAll(scenario, vouchers);
    const earned = earnedBy(vouchers, contents);
    expect([...earned.values()].reduce((sum, amount) => sum + amount)).to.equal(costOf(vouchers));
    for (const [key, amount] of earned) {
      const [account = '', coin = ''] = key.split(' ');
      expect(await host.credits(account, coin), key).to.equal(amount);
    }

    for (const { viewer, channel } of channels) {
      await host.connect(viewer).initiateWithdraw(...ofViewer(channel));
    }
    await networkHelpers.time.increase(WITHDRAW_DELAY_SEC);
    for (const { viewer, channel } of channels) {
      await host.connect(viewer).finalizeWithdraw(channel);
    }
    for (const viewer of viewers) {
      for (const coin of coins) {
        const theirs = vouchers.filter(({ open }) => open.viewer === viewer && open.channel.token === coin);
        const left = BigInt(providers.length) * FUNDS - costOf(theirs);
        expect(await host.credits(viewer, coin)).to.equal(left);
      }
    }

    await withdrawAll(scenario);
    expect(await ethers.provider.getBalance(hostAddress)).to.equal(0n);
    expect(await token.balanceOf(hostAddress)).to.equal(0n);
  });
});
