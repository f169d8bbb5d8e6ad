import { id, TypedDataEncoder } from 'ethers';
import { keccak } from '../../lib/keccak/keccak.ts';
import type { VoucherItem, VoucherKey } from '../../store/book/vouchers.ts';
import { accessDomain } from '../access.ts';

/** What a channel's key signs: all units of its epoch since the last claim, of each content in one item. */
export interface SignedVoucher extends VoucherKey {
  /** Hex in lower case, in the order signed. */
  items: readonly VoucherItem[];
}

export const VOUCHER_TYPES = {
  Voucher: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'epoch', type: 'uint32' },
    { name: 'seq', type: 'uint32' },
    { name: 'items', type: 'Item[]' },
  ],
  Item: [
    { name: 'contentId', type: 'bytes32' },
    { name: 'units', type: 'uint32' },
    { name: 'unitPrice', type: 'uint72' },
  ],
};

/** A voucher lists so many contents: the next one starts empty. */
export const MAX_ITEMS = 32;

const ITEM = 'Item(bytes32 contentId,uint32 units,uint72 unitPrice)';
const ITEM_TYPE = id(ITEM);
const VOUCHER_TYPE = id(`Voucher(bytes32 channelId,uint32 epoch,uint32 seq,Item[] items)${ITEM}`);

/**
 * @returns what hashes a voucher as EIP-712 has it, in the domain of its contract. By hand: ethers builds an encoder for
 *   each call, which takes longer than all of this.
 */
export function createVoucherDigest(chainId: number): (voucher: SignedVoucher) => string {
  const domains = new Map<string, string>();
  const domainOf = (contract: string) => {
    const known = domains.get(contract);
    if (known !== undefined) return known;
    const domain = TypedDataEncoder.hashDomain(accessDomain(chainId, contract));
    domains.set(contract, domain); // Of deployments, so there are few.
    return domain;
  };
  return ({ contract, channelId, epoch, seq, items }) => {
    const hashes = items.map(({ contentId, units, unitPrice }) =>
      hashOf(ITEM_TYPE, contentId, units, unitPrice),
    );
    const struct = hashOf(VOUCHER_TYPE, channelId, epoch, seq, hashOf(...hashes));
    return hashOf('0x1901', domainOf(contract), struct);
  };
}

/** Of numbers, as words of 32 bytes, or hex. */
function hashOf(...words: readonly (string | number | bigint)[]): string {
  const hex = words.map((word) =>
    typeof word === 'string' ? word.slice(2) : word.toString(16).padStart(64, '0'),
  );
  return `0x${keccak(Buffer.from(hex.join(''), 'hex')).toString('hex')}`;
}

export function totalOf(items: readonly VoucherItem[]): bigint {
  return items.reduce((sum, { units, unitPrice }) => sum + BigInt(units) * unitPrice, 0n);
}
