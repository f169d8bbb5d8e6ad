import { BrowserProvider } from 'ethers';
import { createChain, newGenesis } from '../../../indexer/chain/devnet/genesis.ts';

/** A fresh chain in this process, and an ethers provider that caches nothing. */
export async function freshChain() {
  const chain = await createChain(newGenesis(Math.floor(Date.now() / 1000)));
  const provider = new BrowserProvider(chain, undefined, { cacheTimeout: -1 });
  return {
    provider,
    rpc: (method: string, ...params: unknown[]) => chain.request({ method, params }),
    close: async () => {
      provider.destroy();
      await chain.close();
    },
  };
}
