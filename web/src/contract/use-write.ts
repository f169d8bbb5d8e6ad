import { useChain } from '../chain.tsx';
import { useWallet } from '../wallet/wallet.ts';
import { type Action, type ActionPlan, useAction } from './action.ts';
import type { ContractCall } from './calls.ts';
import { NoWallet } from './faults.ts';

/**
 * A call of the contract by the person's wallet, as an action of the page.
 * @param what names the action together with the wallet, the call's content included: `pay:0x…:0x…`.
 * @param contract defaults to the deployment that the host writes to.
 */
export function useWrite(
  what: string,
  call: () => ContractCall,
  { contract, onDone }: { contract?: string; onDone?: ActionPlan['onDone'] } = {},
): Action {
  const chain = useChain();
  const wallet = useWallet();
  return useAction({
    key: `${what}:${wallet?.address ?? ''}`.toLowerCase(),
    chainId: chain.chain_id,
    perform: async (steps) => {
      if (!wallet) throw new NoWallet('No wallet is connected.');
      const { write } = await import('./stream-host.ts');
      return await write(wallet, chain, contract ?? chain.contract, call(), steps);
    },
    resume: wallet
      ? async (sent) => (await import('./stream-host.ts')).resume(wallet.provider, chain, sent)
      : undefined,
    ...(onDone && { onDone }),
  });
}
