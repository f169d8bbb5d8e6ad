import { type BaseWallet, getAddress, type TypedDataField } from 'ethers';
import type { HostContract } from '../../contract/stream-host.ts';
import { accessDomain } from '../access.ts';
import type { Provider } from '../provider.ts';

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

interface SignerDeps {
  /** The host's own key; `null` without one. */
  wallet: Pick<BaseWallet, 'address' | 'signTypedData'> | null;
  provider: Pick<Provider, 'wallet'> | null;
  contract: Pick<HostContract, 'actsFor'>;
  chainId: number;
  nowSec(): number;
}

/** `null` where the host's key can't sign for the provider at that contract: nobody would take it for the seller's word. */
export type ReceiptSigner = (receipt: Receipt, contract: string) => Promise<SignedReceipt | null>;

/** A provider names a delegate, and another one, so seldom that the chain is asked no more often. */
const ASKED_EVERY_SEC = 60;

export function createReceiptSigner(deps: SignerDeps): ReceiptSigner {
  const { wallet: key, provider, contract, chainId, nowSec } = deps;
  if (key === null || provider === null) return async () => null;
  const asked = new Map<string, { atSec: number; acts: Promise<boolean> }>(); // By deployment, so there are few.
  const actsAt = (at: string) => {
    const known = asked.get(at);
    if (known && nowSec() - known.atSec < ASKED_EVERY_SEC) return known.acts;
    // A receipt is what the viewer would like: without an answer of the chain the key goes without one.
    const acts = contract.actsFor(at, provider.wallet, key.address).catch(() => false);
    asked.set(at, { atSec: nowSec(), acts });
    return acts;
  };
  return async (receipt, at) =>
    (await actsAt(at)) ? await signReceipt(key, receipt, { chainId, contract: at }) : null;
}
