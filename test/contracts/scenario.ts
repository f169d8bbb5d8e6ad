import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { id, Wallet } from 'ethers';
import { type Channel, channelIdOf, ofViewer } from './channels.ts';
import { domainOf } from './signed.ts';
import { type Item, type SignedVoucher, signVoucher } from './vouchers.ts';
import { contentIdOf, ethers, NATIVE, newHost, publication } from './world.ts';

/** What every channel is opened with. */
export const FUNDS = 10n ** 18n;

export type Scenario = Awaited<ReturnType<typeof newScenario>>;

export interface Content {
  contentId: string;
  token: string;
  creator: HardhatEthersSigner;
  unitPrice: bigint;
  shareBps: bigint;
}

export interface OpenChannel {
  channel: Channel;
  channelId: string;
  viewer: HardhatEthersSigner;
  authorizer: Wallet;
}

export interface ChannelVoucher extends SignedVoucher {
  open: OpenChannel;
}

/** Many viewers, providers and creators, in the native coin and a token. */
export async function newScenario(creators: number, providers: number, viewers: number) {
  const { host, hostAddress } = await newHost();
  const token = await ethers.deployContract('TestToken');
  const { chainId } = await ethers.provider.getNetwork();
  const signers = (await ethers.getSigners()).slice(1);
  return {
    host,
    hostAddress,
    domain: domainOf(hostAddress, chainId),
    token,
    coins: [NATIVE, await token.getAddress()],
    creators: signers.splice(0, creators),
    providers: signers.splice(0, providers),
    viewers: signers.splice(0, viewers),
  };
}

/** So many contents, of the creators in turn, each in one of the coins, at prices and shares of all kinds. */
export async function publishContents(
  { host, coins, creators }: Scenario,
  count: number,
): Promise<Content[]> {
  const contents: Content[] = [];
  for (let index = 0; index < count; index++) {
    const [creator, token] = [at(creators, index), at(coins, pick(coins.length, 'coin', index))];
    const unitPrice = BigInt(1 + pick(10 ** 12, 'price', index));
    const shareBps = BigInt(pick(10_001, 'share', index));
    const cid = `film ${index}`;
    const terms = { cid, token, pricePerUnit: unitPrice, providerShareBps: shareBps };
    await host.connect(creator).publish(publication(terms));
    contents.push({
      contentId: contentIdOf(creator.address, token, cid),
      token,
      creator,
      unitPrice,
      shareBps,
    });
  }
  return contents;
}

/** A channel of each viewer towards each provider in each coin. */
export async function openChannels(scenario: Scenario): Promise<OpenChannel[]> {
  const { host, hostAddress, token, coins, providers, viewers } = scenario;
  const opened: OpenChannel[] = [];
  for (const viewer of viewers) {
    const authorizer = new Wallet(id(`browser of ${viewer.address}`));
    await token.mint(viewer, BigInt(providers.length) * FUNDS);
    await token.connect(viewer).approve(hostAddress, BigInt(providers.length) * FUNDS);
    for (const provider of providers) {
      for (const coin of coins) {
        const parties = { viewer: viewer.address, provider: provider.address };
        const channel = { ...parties, token: coin, authorizer: authorizer.address, salt: id('salt') };
        const value = coin === NATIVE ? FUNDS : 0n;
        await host.connect(viewer).open(...ofViewer(channel), FUNDS, { value });
        opened.push({ channel, channelId: channelIdOf(channel), viewer, authorizer });
      }
    }
  }
  return opened;
}

/** So many vouchers, in the channels in turn, each of one to three items of contents in the channel's coin. */
export async function signVouchers(
  { domain }: Scenario,
  contents: Content[],
  channels: OpenChannel[],
  count: number,
): Promise<ChannelVoucher[]> {
  const vouchers: ChannelVoucher[] = [];
  for (let index = 0; index < count; index++) {
    const open = at(channels, index);
    const inCoin = contents.filter((content) => content.token === open.channel.token);
    const items = Array.from({ length: 1 + pick(3, 'items', index) }, (_, place): Item => {
      const { contentId, unitPrice } = at(inCoin, pick(inCoin.length, 'content', index, place));
      return { contentId, units: BigInt(1 + pick(20, 'units', index, place)), unitPrice };
    });
    const seq = BigInt(Math.floor(index / channels.length));
    const voucher = { channelId: open.channelId, epoch: 1n, seq, items };
    vouchers.push({ ...(await signVoucher(open.authorizer, domain, voucher)), open });
  }
  return vouchers;
}

/** The same number below `limit` in every run. */
function pick(limit: number, ...what: (string | number)[]): number {
  return Number(BigInt(id(what.join(' '))) % BigInt(limit));
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('the list is empty');
  return found;
}
