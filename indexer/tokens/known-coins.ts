import { ZeroAddress } from 'ethers';

/** The issuer's own list of USDC, by chain. */
const USDC: Readonly<Record<number, string>> = {
  1: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
  10: '0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85',
  8453: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  42161: '0xaf88d065e77c8cC2239327C5EDb3A432268e5831',
  84532: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
  421614: '0x75faf114eafb1BDbe2F0316DF893fd58CE46AA4d',
  11155111: '0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238',
  11155420: '0x5fd84259d66Cd46123540766Be93DFE6D43130D7',
};

/**
 * Coins that are what they call themselves and say truly who has paid: by address in lower case, with their symbol, or
 * `null` where it is theirs to say.
 */
export type KnownCoins = ReadonlyMap<string, string | null>;

/** @param vouched tokens that the operator vouches for. */
export function knownCoins(chainId: number, vouched: readonly string[] = []): KnownCoins {
  const usdc = USDC[chainId];
  return new Map([
    [ZeroAddress, null],
    ...vouched.map((token) => [token.toLowerCase(), null] as const),
    ...(usdc === undefined ? [] : [[usdc.toLowerCase(), 'USDC'] as const]),
  ]);
}
