import type { Eip1193 } from './eip1193.ts';

/** Wallets of the development chain, whose node signs with public test keys: no extension, no questions asked. */
export const TEST_WALLET = 'test';

/** The code of its error where the chain lets this page read, and no more. */
export const CHAIN_READ_ONLY = 'chain_read_only';
/** Of a node's error, by EIP-1193: not authorised. */
const UNAUTHORIZED = 4100;

/** The parts of the first wallets in the documentation's examples. */
const PARTS = ['operator', 'creator', 'provider', 'viewer'];

export interface TestWallet {
  address: string;
  name: string;
}

/** @throws what `request` of a test provider throws. */
export async function testWallets(rpcUrl: string): Promise<TestWallet[]> {
  const addresses = await rpc(rpcUrl, 'eth_accounts', []);
  if (!Array.isArray(addresses)) return [];
  return addresses.map((address, index) => {
    const part = PARTS[index];
    return { address: String(address), name: `Test wallet ${index + 1}${part ? `, ${part}` : ''}` };
  });
}

/** A provider for one account of the development chain. */
export function testProvider(rpcUrl: string, address: string): Eip1193 {
  return {
    async request({ method, params = [] }) {
      if (method === 'eth_accounts' || method === 'eth_requestAccounts') return [address];
      return await rpc(rpcUrl, method, params);
    },
  };
}

let nextId = 1;

/** Throws the node's own error object, as wallets do: ethers reads the reason of a revert from its `data`. */
async function rpc(url: string, method: string, params: unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: nextId++, method, params }),
  }).catch((cause: unknown) => {
    throw Object.assign(new Error('The development chain does not answer.', { cause }), { code: 4900 });
  });
  const { result, error }: { result?: unknown; error?: { message: string; code: number; data?: unknown } } =
    await response.json();
  if (error?.code === UNAUTHORIZED) {
    const how = `The host that has the chain at ${url} has to be started with CORS_ORIGINS=${location.origin}`;
    throw Object.assign(new Error(`${how}. Nothing was sent.`), { code: CHAIN_READ_ONLY });
  }
  if (error) throw Object.assign(new Error(error.message), error);
  return result;
}
