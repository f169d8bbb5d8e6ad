import { type BaseWallet, getAddress, type TypedDataField } from 'ethers';
import { accessDomain } from '../access.ts';

/** That a seller has given a key: who has a wrong one shows by it that the seller is at fault. */
export interface Receipt {
  contentId: string;
  unit: number;
  /** SHA-256 of the key that was given, 32 bytes in hex. */
  keyHash: string;
  /** Digest of the voucher that it was given for. */
  payment: string;
  payer: string;
  issuedAtSec: number;
}

export const RECEIPT_TYPES: Readonly<Record<'Receipt', TypedDataField[]>> = {
  Receipt: [
    { name: 'contentId', type: 'bytes32' },
    { name: 'unit', type: 'uint32' },
    { name: 'keyHash', type: 'bytes32' },
    { name: 'payment', type: 'bytes32' },
    { name: 'payer', type: 'address' },
    { name: 'issuedAtSec', type: 'uint64' },
  ],
};

export type SignedReceipt = Receipt & { signature: string };

/** In the domain of the contract at which the content is listed. @param signer the provider, or its delegate */
export async function signReceipt(
  signer: Pick<BaseWallet, 'signTypedData'>,
  receipt: Receipt,
  { chainId, contract }: { chainId: number; contract: string },
): Promise<SignedReceipt> {
  const signed = { ...receipt, payer: getAddress(receipt.payer) };
  const signature = await signer.signTypedData(accessDomain(chainId, contract), RECEIPT_TYPES, signed);
  return { ...signed, signature };
}
