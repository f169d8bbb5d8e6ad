import { id, type Signer, type TypedDataDomain, Wallet, ZeroAddress } from 'ethers';
import { type Item, packBatch, type SignedVoucher, signVoucher } from '../../test/contracts/vouchers.ts';
import type { StreamHost } from '../../types/ethers-contracts/index.ts';
import { gasOf } from './receipt.ts';

const CHANNELS = 100;
const ITEMS = 10;
const UNITS = 20n;
const FUNDS = 10n ** 18n;

interface OpenChannel {
  channelId: string;
  authorizer: Wallet;
}

/** What claims are measured with: contents at one price, and who serves them. */
export interface Catalogue {
  host: StreamHost;
  domain: TypedDataDomain;
  provider: Signer;
  viewers: Signer[];
  contentIds: string[];
  unitPrice: bigint;
}

/** Gas of claims from 100 channels, after one that made all credits non-zero. */
export async function measureClaims(catalogue: Catalogue) {
  const { contentIds, unitPrice } = catalogue;
  const channels = await openChannels(catalogue);
  const item = (index: number, units: bigint): Item => {
    const contentId = contentIds[index % contentIds.length] ?? '';
    return { contentId, units, unitPrice };
  };
  let seq = 0n;
  const claim = async (itemsOf: (channel: number) => Item[]) => {
    const vouchers = await Promise.all(
      channels.map((channel, index) => voucher(catalogue, channel, seq, itemsOf(index))),
    );
    seq += 1n;
    return await claimGas(catalogue, vouchers);
  };
  const several = (channel: number) =>
    Array.from({ length: ITEMS }, (_, index) => item(channel * ITEMS + index, 1n));
  await claim(several);
  return {
    'claim.100x1.perVoucher': (await claim(() => [item(0, 1n)])) / CHANNELS,
    'claim.100x10.perItem': (await claim(several)) / (CHANNELS * ITEMS),
    'claim.100x1x20.perUnit': (await claim(() => [item(0, UNITS)])) / (CHANNELS * Number(UNITS)),
  };
}

async function openChannels({ host, provider, viewers }: Catalogue): Promise<OpenChannel[]> {
  const channels: OpenChannel[] = [];
  const to = await provider.getAddress();
  for (let index = 0; index < CHANNELS; index++) {
    const viewer = viewers[index % viewers.length];
    if (!viewer) throw new Error('there are no viewers');
    const authorizer = new Wallet(id(`authorizer ${index}`));
    const salt = id(`salt ${index}`);
    const value = { value: FUNDS };
    await host.connect(viewer).open(to, ZeroAddress, authorizer.address, salt, FUNDS, value);
    const config = { viewer, provider, token: ZeroAddress, authorizer: authorizer.address, salt };
    channels.push({ channelId: await host.channelIdOf(config), authorizer });
  }
  return channels;
}

async function voucher({ domain }: Catalogue, channel: OpenChannel, seq: bigint, items: Item[]) {
  const { authorizer, channelId } = channel;
  return await signVoucher(authorizer, domain, { channelId, epoch: 1n, seq, items });
}

async function claimGas({ host, provider }: Catalogue, signed: SignedVoucher[]): Promise<number> {
  const { contents, vouchers } = packBatch(signed);
  return await gasOf(host.connect(provider).claim(provider, ZeroAddress, contents, vouchers));
}
