import { useResource } from '../api/resource.ts';
import { useChain } from '../chain.tsx';
import { sameHex } from '../lib/same-hex.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { delegateOf } from './delegate.ts';

/** Whether the wallet is the provider's, or of whom it has named its delegate: not before the contract has said so. */
export function useActsFor(
  wallet: Wallet | null,
  contract: string,
  provider: string | null | undefined,
): boolean {
  const { chain_id } = useChain();
  const isProvider = sameHex(wallet?.address, provider ?? undefined);
  const isAsked = wallet && provider && !isProvider && wallet.chainId === chain_id;
  const { data: delegate } = useResource(isAsked ? delegateOf(wallet, contract, provider) : null);
  return isProvider || sameHex(wallet?.address, delegate);
}
