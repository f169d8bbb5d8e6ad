import type { Content } from '../../../api/answers.ts';
import { useResource } from '../../../api/resource.ts';
import { useChain } from '../../../chain.tsx';
import { useWallet } from '../../../wallet/wallet.ts';
import { baseText } from './amounts.ts';

/** How much of the coin the wallet holds, in base units; `undefined` until that is known. */
export function useHeld(content: Content): bigint | undefined {
  const chain = useChain();
  const wallet = useWallet();
  // Elsewhere it holds another coin.
  const here = wallet?.chainId === chain.chain_id ? wallet : null;
  const { data } = useResource(
    here && {
      key: `held ${here.address} ${content.token}`,
      async load() {
        const { balanceIn } = await import('../../../contract/stream-host.ts');
        return await balanceIn(here, chain, content.token);
      },
      on: { kinds: [] },
    },
  );
  return data;
}

/** `Your wallet holds 1.99979 ETH`: gas makes long numbers. */
export function heldText(content: Content, held: bigint): string {
  return `Your wallet holds ${baseText(content, held).replace(/(\.\d{5})\d+/, '$1')}`;
}
