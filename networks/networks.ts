/** A public network that this project knows by its name: the one table of such facts. */
export interface Network {
  chainId: number;
  /** As people call it. */
  title: string;
  /** Which rules its node follows, as Hardhat names them. */
  chainType: 'l1' | 'op' | 'generic';
  /** So many blocks below the head no reorganisation has reached for years: some two minutes. */
  confirmations: number;
  /** The issuer's own token. Under which domain it takes signatures is read from it, since its versions differ. */
  usdc: string | null;
  /** The block explorer, without a slash at its end. */
  explorer: string;
  /** For wallets that do not know the network yet. */
  rpcUrls: readonly string[];
  /** Whether EthStorage stands there. */
  hasEthStorage: boolean;
}

const LAYER_1 = { chainType: 'l1', confirmations: 12, hasEthStorage: false } as const;
/** A block each two seconds, of a sequencer. */
const OP_STACK = { chainType: 'op', confirmations: 60, hasEthStorage: false } as const;
/** Four blocks a second. */
const ARBITRUM = { chainType: 'generic', confirmations: 480, hasEthStorage: false } as const;

/** By the name that `npx hardhat deploy --network` takes. */
export const NETWORKS = {
  mainnet: {
    ...LAYER_1,
    chainId: 1,
    title: 'Ethereum',
    usdc: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    explorer: 'https://etherscan.io',
    rpcUrls: ['https://ethereum-rpc.publicnode.com'],
    hasEthStorage: true,
  },
  sepolia: {
    ...LAYER_1,
    chainId: 11_155_111,
    title: 'Sepolia',
    usdc: '0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238',
    explorer: 'https://sepolia.etherscan.io',
    rpcUrls: ['https://ethereum-sepolia-rpc.publicnode.com'],
    hasEthStorage: true,
  },
  hoodi: {
    ...LAYER_1,
    chainId: 560_048,
    title: 'Hoodi',
    usdc: null,
    explorer: 'https://hoodi.etherscan.io',
    rpcUrls: ['https://ethereum-hoodi-rpc.publicnode.com'],
  },
  base: {
    ...OP_STACK,
    chainId: 8_453,
    title: 'Base',
    usdc: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
    explorer: 'https://basescan.org',
    rpcUrls: ['https://mainnet.base.org'],
  },
  baseSepolia: {
    ...OP_STACK,
    chainId: 84_532,
    title: 'Base Sepolia',
    usdc: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
    explorer: 'https://sepolia.basescan.org',
    rpcUrls: ['https://sepolia.base.org'],
  },
  optimism: {
    ...OP_STACK,
    chainId: 10,
    title: 'OP Mainnet',
    usdc: '0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85',
    explorer: 'https://optimistic.etherscan.io',
    rpcUrls: ['https://mainnet.optimism.io'],
  },
  optimismSepolia: {
    ...OP_STACK,
    chainId: 11_155_420,
    title: 'OP Sepolia',
    usdc: '0x5fd84259d66Cd46123540766Be93DFE6D43130D7',
    explorer: 'https://sepolia-optimism.etherscan.io',
    rpcUrls: ['https://sepolia.optimism.io'],
  },
  arbitrum: {
    ...ARBITRUM,
    chainId: 42_161,
    title: 'Arbitrum One',
    usdc: '0xaf88d065e77c8cC2239327C5EDb3A432268e5831',
    explorer: 'https://arbiscan.io',
    rpcUrls: ['https://arb1.arbitrum.io/rpc'],
  },
  arbitrumSepolia: {
    ...ARBITRUM,
    chainId: 421_614,
    title: 'Arbitrum Sepolia',
    usdc: '0x75faf114eafb1BDbe2F0316DF893fd58CE46AA4d',
    explorer: 'https://sepolia.arbiscan.io',
    rpcUrls: ['https://sepolia-rollup.arbitrum.io/rpc'],
  },
} satisfies Record<string, Network>;

/** Of a chain that is not in the table. */
const CONFIRMATIONS = LAYER_1.confirmations;

/** So many blocks below the head are taken for final, where a chain does not say itself what is. */
export function confirmationsOf(chainId: number): number {
  return networkOf(chainId)?.confirmations ?? CONFIRMATIONS;
}

/** `undefined` for a chain that nobody has entered here. */
export function networkOf(chainId: number): (Network & { name: string }) | undefined {
  const found = Object.entries(NETWORKS).find(([, network]) => network.chainId === chainId);
  return found && { name: found[0], ...found[1] };
}
