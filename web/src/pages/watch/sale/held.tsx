import type { Content } from '../../../api/answers.ts';
import { useResource } from '../../../api/resource.ts';
import { useChain } from '../../../chain.tsx';
import { useWallet } from '../../../wallet/wallet.ts';
import { baseText } from './amounts.ts';

/** How much of the coin the wallet holds; nothing until that is known. */
export function Held({ content }: { content: Content }) {
  const chain = useChain();
  const wallet = useWallet();
  // Elsewhere it holds another coin.
  const here = wallet?.chainId === chain.chain_id ? wallet : null;
  const held = useResource(
    here && {
      key: `held ${here.address} ${content.token}`,
      async load() {
        const { balanceIn } = await import('../../../contract/stream-host.ts');
        return await balanceIn(here, chain, content.token);
      },
      on: { kinds: [] },
    },
  );
  if (held.data === undefined) return null;
  return <>Your wallet holds {shortened(baseText(content, held.data))}. </>;
}

/** `1.99979 ETH`: gas makes long numbers. */
function shortened(amount: string): string {
  return amount.replace(/(\.\d{5})\d+/, '$1');
}
