import { randomBytes } from 'node:crypto';
import { computeAddress, getBytes, hexlify } from 'ethers';
import { signRecoverable } from 'tiny-secp256k1';
import { createVoucherDigest, type SignedVoucher } from '../../indexer/playback/sale/voucher.ts';

/** What a channel's key signs, and with what. */
export interface ChannelKey {
  secret: Uint8Array;
  address: string;
}

/** A voucher that is signed, ready to be sent. */
export interface Signed extends SignedVoucher {
  signature: string;
}

export function channelKey(): ChannelKey {
  const secret = randomBytes(32);
  return { secret, address: computeAddress(hexlify(secret)) };
}

/** Running vouchers of a channel for one content, each for a unit more. Signing them takes longer than selling. */
export function runningVouchers(
  key: ChannelKey,
  of: {
    chainId: number;
    contract: string;
    channelId: string;
    contentId: string;
    unitPrice: bigint;
    units: number;
  },
): Signed[] {
  const { contract, channelId, contentId, unitPrice } = of;
  const digest = createVoucherDigest(of.chainId);
  return Array.from({ length: of.units }, (_, unit) => {
    const items = [{ contentId, units: unit + 1, unitPrice }];
    const voucher = { contract, channelId, epoch: 1, seq: 0, items };
    const { signature, recoveryId } = signRecoverable(getBytes(digest(voucher)), key.secret);
    return { ...voucher, signature: `${hexlify(signature)}${(27 + recoveryId).toString(16)}` };
  });
}
