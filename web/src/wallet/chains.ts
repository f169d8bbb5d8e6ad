/** Facts of a public chain that the host does not send. */
interface PublicChain {
  name: string;
  /** The block explorer, without a slash at its end. */
  explorer: string;
  /** For wallets that don't know the chain yet. */
  rpcUrls: string[];
}

const KNOWN: Readonly<Record<number, PublicChain>> = {
  1: { name: 'Ethereum', explorer: 'https://etherscan.io', rpcUrls: ['https://ethereum-rpc.publicnode.com'] },
  11155111: {
    name: 'Sepolia',
    explorer: 'https://sepolia.etherscan.io',
    rpcUrls: ['https://ethereum-sepolia-rpc.publicnode.com'],
  },
  560048: {
    name: 'Hoodi',
    explorer: 'https://hoodi.etherscan.io',
    rpcUrls: ['https://ethereum-hoodi-rpc.publicnode.com'],
  },
  31337: { name: 'development chain', explorer: '', rpcUrls: [] },
};

export function chainName(chainId: number): string {
  return KNOWN[chainId]?.name ?? `chain ${chainId}`;
}

/** `undefined` where there is no public place to look. */
export function explorerUrl(chainId: number, kind: 'tx' | 'address', what: string): string | undefined {
  const explorer = KNOWN[chainId]?.explorer;
  return explorer ? `${explorer}/${kind}/${what}` : undefined;
}

/** The chain for `wallet_addEthereumChain` (EIP-3085); `undefined` where no RPC address is known. */
export function chainToAdd(chainId: number, rpcUrl: string | null) {
  const { name, explorer, rpcUrls = [] } = KNOWN[chainId] ?? {};
  const urls = rpcUrl === null ? rpcUrls : [rpcUrl];
  if (urls.length === 0) return undefined;
  return {
    chainId: hexChainId(chainId),
    chainName: name ?? `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: urls,
    ...(explorer && { blockExplorerUrls: [explorer] }),
  };
}

export function hexChainId(chainId: number): string {
  return `0x${chainId.toString(16)}`;
}
