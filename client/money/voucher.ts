import { recoverAddress, SigningKey } from 'ethers';
import { type Deployment, digestOf, typesOf } from '../typed-data.ts';
import type { Item, Ledger, Shown } from './ledger.ts';

/** A voucher as JSON carries it. */
export interface VoucherJson {
  channelId: string;
  epoch: number;
  seq: number;
  items: (readonly [contentId: string, units: string, unitPrice: string])[];
}

const TYPES = typesOf({
  Voucher: 'bytes32 channelId,uint32 epoch,uint32 seq,Item[] items',
  Item: 'bytes32 contentId,uint32 units,uint72 unitPrice',
});

/** What the seller is shown of a ledger. */
export function voucherOf(
  channelId: string,
  { epoch, seq, items }: Pick<Ledger, 'epoch' | 'seq' | 'items'>,
): VoucherJson {
  const listed = items.map(
    ({ contentId, units, unitPrice }) => [contentId, `${units}`, `${unitPrice}`] as const,
  );
  return { channelId, epoch, seq, items: listed };
}

/** The signature of a channel's key. */
export function signVoucher(voucher: VoucherJson, key: string, where: Deployment): string {
  return new SigningKey(key).sign(voucherDigest(voucher, where)).serialized;
}

/** What a seller says that it holds, if this channel's key has signed it; else `null`. */
export function shownVoucher(
  value: unknown,
  signature: unknown,
  of: { channelId: string; epoch: number; authorizer: string } & Deployment,
): Shown | null {
  try {
    const { channelId, epoch, seq, items } = value as VoucherJson;
    const isOfChannel = channelId.toLowerCase() === of.channelId && epoch === of.epoch;
    const signer = recoverAddress(voucherDigest(value as VoucherJson, of), signature as string);
    if (!isOfChannel || signer.toLowerCase() !== of.authorizer.toLowerCase()) return null;
    return { seq, items: items.map(itemOf) };
  } catch {
    return null;
  }
}

function voucherDigest({ channelId, epoch, seq, items }: VoucherJson, where: Deployment): string {
  const named = items.map(([contentId, units, unitPrice]) => ({ contentId, units, unitPrice }));
  return digestOf(where, TYPES, { channelId, epoch, seq, items: named });
}

function itemOf([contentId, units, unitPrice]: readonly [string, string, string]): Item {
  return { contentId: contentId.toLowerCase(), units: BigInt(units), unitPrice: BigInt(unitPrice) };
}
