import { keccak256, MaxUint256, type Wallet } from 'ethers';
import type { Voucher } from '../../../indexer/store/book/vouchers.ts';
import { domainOf } from '../../contracts/signed.ts';
import { signVoucher } from '../../contracts/vouchers.ts';
import { testWallet } from '../../wallets.ts';
import { AMOUNT, type ChannelMoney } from './channel-money.ts';

type Fields = Record<string, unknown>;

/** The key that signs vouchers and orders of every channel here. */
export const KEY = testWallet(8);
const CREATOR = 1;

/** What a key signs, and what is sent in its place. */
export interface OrderSample {
  epoch?: bigint;
  lastSeq?: bigint | null;
  signer?: Pick<Wallet, 'signTypedData'>;
  aheadSec?: number;
  /** Of the chain. */
  nowSec?: number;
  contract?: string;
  domain?: Fields;
  channelId?: string;
  sent?: Fields;
}

const TYPES = {
  ReleaseChannel: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'epoch', type: 'uint256' },
    { name: 'lastSeq', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
};

/** Signs as the channel's key, and by `sent` sends something else. */
export async function signedOrder(
  { contract: own, chainId }: { contract: string; chainId: number },
  channelId: string,
  how: OrderSample = {},
): Promise<Fields> {
  const { epoch = 1n, lastSeq = null, signer = KEY, aheadSec = 300, nowSec = 0, contract } = how;
  const deadline = Math.max(nowSec, Math.floor(Date.now() / 1000)) + aheadSec;
  const domain = { ...domainOf(contract ?? own, BigInt(chainId)), ...how.domain };
  const message = { channelId: how.channelId ?? channelId, epoch, lastSeq: lastSeq ?? MaxUint256, deadline };
  const signature = await signer.signTypedData(domain, TYPES, message);
  const last_seq = lastSeq === null ? null : String(lastSeq);
  const body = { epoch: String(epoch), last_seq, deadline: String(deadline), signature };
  return { ...body, ...(contract !== undefined && { contract }), ...how.sent };
}

/** Orders to give deposits back, and vouchers that a host has sold for, on a world of channels in a token. */
export function releasingOn({ api, tokenAddress, viewerWith, opened }: ChannelMoney) {
  let contents = 0;

  async function order(id: string, how: OrderSample = {}): Promise<Fields> {
    const head = await api.chain.provider.getBlock('latest');
    return await signedOrder(api.chain.facts, id, { nowSec: Number(head?.timestamp), ...how });
  }
  const post = (id: string, body: Fields) => api.post(`/channels/${id}/release`, body);
  const release = async (id: string, how: OrderSample = {}) => await post(id, await order(id, how));

  async function channel(amount = AMOUNT) {
    const viewer = await viewerWith(amount);
    const { channel_id: id } = await opened(viewer, { amount: amount.toString() });
    return { viewer, id };
  }

  /** The book has sold units of one base unit each for a voucher, which pays the creator alone. */
  async function sell(
    channelId: string,
    units: number,
    { seq = 0, epoch = 1, priced = 1n } = {},
  ): Promise<Voucher> {
    const terms = { token: tokenAddress, pricePerUnit: priced, providerShareBps: 0, unit: 0 };
    const cid = `sold ${++contents}`;
    await api.as(CREATOR).publish({ ...terms, cid, name: 'Sold', metadata: '' });
    const contentId = await api.as(CREATOR).contentIdOf(testWallet(CREATOR).address, tokenAddress, cid);
    await api.settled();
    const domain = domainOf(api.chain.facts.contract, BigInt(api.chain.facts.chainId));
    const { signature } = await signVoucher(KEY, domain, {
      ...{ channelId, epoch: BigInt(epoch), seq: BigInt(seq) },
      items: [{ contentId, units: BigInt(units), unitPrice: priced }],
    });
    const key = { contract: api.chain.facts.contract.toLowerCase(), channelId, epoch, seq };
    const voucher = {
      ...{ ...key, provider: String(api.deps.provider?.wallet).toLowerCase(), token: tokenAddress },
      ...{ items: [{ contentId, units, unitPrice: priced }], total: BigInt(units) * priced },
      ...{ signature: signature.serialized, digest: keccak256(signature.serialized) },
    };
    const of = { voucher: key, scope: 's', contentId, nowSec: Math.floor(Date.now() / 1000) };
    await api.deps.book.sell(of, () => ({ answer: null, seals: true, voucher }));
    return voucher;
  }

  return {
    order,
    post,
    release,
    channel,
    sell,
    earned: () => api.as(0).credits(testWallet(CREATOR).address, tokenAddress),
  };
}
