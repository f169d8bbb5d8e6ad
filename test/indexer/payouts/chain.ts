import { BrowserProvider, type JsonRpcApiProvider } from 'ethers';
import { startDevnet } from '../../../devchain/devnet.ts';
import { createChain, newGenesis } from '../../../devchain/genesis.ts';
import { createProviderRpc, type Eip1193Provider, type Rpc } from '../../../indexer/rpc/rpc.ts';

/** A chain in this process. */
export interface TestChain {
  /** Caches nothing. */
  provider: JsonRpcApiProvider;
  rpc: Rpc;
  call(method: string, ...params: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** A fresh chain that only this process reaches. */
export async function freshChain(): Promise<TestChain> {
  const chain = await createChain(newGenesis(Math.floor(Date.now() / 1000)));
  return testChain(chain, () => chain.close());
}

/** The development chain as the host runs it, for scripts in processes of their own. */
export async function reachableChain(dataDir: string): Promise<TestChain & { port: number }> {
  const devnet = await startDevnet({ dataDir, port: 0 });
  return { ...testChain(devnet.provider, () => devnet.stop()), port: devnet.port };
}

function testChain(network: Eip1193Provider, stop: () => Promise<void>): TestChain {
  const provider = new BrowserProvider(network, undefined, { cacheTimeout: -1 });
  return {
    provider,
    rpc: createProviderRpc(network),
    call: (method, ...params) => network.request({ method, params }),
    async close() {
      provider.destroy();
      await stop();
    },
  };
}
