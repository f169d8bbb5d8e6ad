import { concat, dataLength, dataSlice, Signature, solidityPacked, toNumber } from 'ethers';
import { hostInterface } from '../../contract/interface.ts';
import { PACKED_LAYOUTS } from '../../contract/packed-layouts.ts';
import type { StoredVoucher, VoucherItem, VoucherKey } from '../../store/book/vouchers.ts';

/** What `claim` and `claimable` take for vouchers of one provider and coin. */
export type ClaimArguments = [
  provider: string,
  token: string,
  contents: { contentId: string; unitPrice: bigint }[],
  vouchers: string,
];

/** What is packed of a voucher, and whom and what it is of. */
export type Packable = Pick<
  StoredVoucher,
  'provider' | 'token' | 'channelId' | 'epoch' | 'seq' | 'items' | 'signature'
>;

const HEAD_TYPES = ['bytes32', 'bytes32', 'bytes32', 'uint32', 'uint32', 'uint16'];
const ITEM_TYPES = Object.values(PACKED_LAYOUTS.ClaimedItem);
export const HEAD_BYTES = 106;
export const ITEM_BYTES = 6;
const EPOCH_AT = 96;
const SEQ_AT = 100;
const COUNT_AT = 104;

/** In the order given. Each content stands there once for each price, and the items point to it. */
export function packVouchers(vouchers: readonly Packable[]): ClaimArguments {
  const [first] = vouchers;
  if (!first) throw new RangeError('no vouchers to pack');
  const rows = new Map<string, number>();
  const contents: ClaimArguments[2] = [];
  const indexOf = (item: VoucherItem) => {
    const { contentId, unitPrice } = item;
    const key = pricedKey(item);
    const found = rows.get(key);
    if (found !== undefined) return found;
    rows.set(key, contents.length);
    return contents.push({ contentId, unitPrice }) - 1;
  };
  const packed = vouchers.map(({ channelId, epoch, seq, items, signature }) => {
    const { r, yParityAndS } = Signature.from(signature);
    const head = solidityPacked(HEAD_TYPES, [channelId, r, yParityAndS, epoch, seq, items.length]);
    return concat([head, ...items.map((item) => solidityPacked(ITEM_TYPES, [indexOf(item), item.units]))]);
  });
  return [first.provider, first.token, contents, concat(packed)];
}

export function pricedKey({ contentId, unitPrice }: VoucherItem): string {
  return `${contentId} ${unitPrice}`;
}

/** What a transaction of ours claims, also where other calls stand behind the claim; nothing if it claims nothing. */
export function vouchersIn(data: string): Omit<VoucherKey, 'contract'>[] {
  const call = hostInterface.parseTransaction({ data });
  if (call?.name === 'multicall') return [...(call.args[0] as Iterable<string>)].flatMap(vouchersIn);
  return call?.name === 'claim' ? numbersIn(call.args.vouchers) : [];
}

function numbersIn(packed: string): Omit<VoucherKey, 'contract'>[] {
  const found = [];
  for (let at = 0; at < dataLength(packed); ) {
    const number = (from: number, to: number) => toNumber(dataSlice(packed, at + from, at + to));
    const channelId = dataSlice(packed, at, at + 32);
    found.push({ channelId, epoch: number(EPOCH_AT, SEQ_AT), seq: number(SEQ_AT, COUNT_AT) });
    at += HEAD_BYTES + ITEM_BYTES * number(COUNT_AT, HEAD_BYTES);
  }
  return found;
}
