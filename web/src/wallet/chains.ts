import { networkOf } from '../../../networks/networks.ts';

const DEVELOPMENT_CHAIN = 31337;

export function isDevelopmentChain(chainId: number): boolean {
  return chainId === DEVELOPMENT_CHAIN;
}

export function chainName(chainId: number): string {
  if (isDevelopmentChain(chainId)) return 'development chain';
  return networkOf(chainId)?.title ?? `chain ${chainId}`;
}

/** `undefined` where there is no public place to look. */
export function explorerUrl(chainId: number, kind: 'tx' | 'address', what: string): string | undefined {
  const explorer = networkOf(chainId)?.explorer;
  return explorer ? `${explorer}/${kind}/${what}` : undefined;
}

/** The chain for `wallet_addEthereumChain` (EIP-3085); `undefined` where no RPC address is known. */
export function chainToAdd(chainId: number, rpcUrl: string | null) {
  const { explorer, rpcUrls = [] } = networkOf(chainId) ?? {};
  const urls = rpcUrl === null ? rpcUrls : [rpcUrl];
  if (urls.length === 0) return undefined;
  return {
    chainId: hexChainId(chainId),
    chainName: chainName(chainId),
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: urls,
    ...(explorer && { blockExplorerUrls: [explorer] }),
  };
}

export function hexChainId(chainId: number): string {
  return `0x${chainId.toString(16)}`;
}
