import { concat, Signature, type Signer, solidityPacked, type TypedDataDomain } from 'ethers';
import { members } from './members.ts';

/** Units of a content at a price, as on a voucher. */
export interface Item {
  contentId: string;
  units: bigint;
  unitPrice: bigint;
}

/** What the authorizer of a channel signs. */
export interface Voucher {
  channelId: string;
  epoch: bigint;
  seq: bigint;
  items: Item[];
}

export interface SignedVoucher extends Voucher {
  signature: Signature;
}

/** What `claim` takes for vouchers of one coin. */
export interface Batch {
  contents: { contentId: string; unitPrice: bigint }[];
  vouchers: string;
}

export const VOUCHER_TYPES = {
  Voucher: members('bytes32 channelId, uint32 epoch, uint32 seq, Item[] items'),
  Item: members('bytes32 contentId, uint32 units, uint72 unitPrice'),
};

export async function signVoucher(
  authorizer: Pick<Signer, 'signTypedData'>,
  domain: TypedDataDomain,
  voucher: Voucher,
): Promise<SignedVoucher> {
  const signature = await authorizer.signTypedData(domain, VOUCHER_TYPES, voucher);
  return { ...voucher, signature: Signature.from(signature) };
}

/** Lists each content once for each price, and lets the items point there. */
export function packBatch(signed: SignedVoucher[]): Batch {
  const rows = new Map<string, { index: number; contentId: string; unitPrice: bigint }>();
  const indexOf = ({ contentId, unitPrice }: Item) => {
    const key = `${contentId} ${unitPrice}`;
    const row = rows.get(key) ?? { index: rows.size, contentId, unitPrice };
    rows.set(key, row);
    return row.index;
  };
  const vouchers = concat(signed.map((voucher) => packVoucher(voucher, indexOf)));
  return {
    contents: [...rows.values()].map(({ contentId, unitPrice }) => ({ contentId, unitPrice })),
    vouchers,
  };
}

function packVoucher(
  { channelId, epoch, seq, items, signature }: SignedVoucher,
  indexOf: (item: Item) => number,
) {
  const head = solidityPacked(
    ['bytes32', 'bytes32', 'bytes32', 'uint32', 'uint32', 'uint16'],
    [channelId, signature.r, signature.yParityAndS, epoch, seq, items.length],
  );
  return concat([head, ...items.map((item) => packItem(indexOf(item), item.units))]);
}

export function packItem(index: number, units: bigint): string {
  return solidityPacked(['uint16', 'uint32'], [index, units]);
}
