import type { BaseWallet } from 'ethers';
import type { ToSign, TypedData } from '../../../indexer/contract/calls/wallet-calls.ts';
import type { Answer } from './api.ts';

/** What is signed in place of what was shown. */
export interface Forgery {
  domain?: Partial<TypedData['domain']>;
  message?: Record<string, string>;
}

/** What a wallet adds to its request after it signed what an answer showed. */
export async function authorize(
  wallet: BaseWallet,
  { domain, types, message }: TypedData,
  forged: Forgery = {},
): Promise<{ nonce: string; deadline: string; signature: string }> {
  const { EIP712Domain: _, ...own } = types;
  const signed = { ...message, ...forged.message };
  const signature = await wallet.signTypedData({ ...domain, ...forged.domain }, own, signed);
  return { nonce: String(signed.nonce), deadline: String(signed.deadline), signature };
}

/** The ways on that an answer shows. */
export function waysOn({ body }: Answer): ToSign {
  return body as unknown as ToSign;
}
