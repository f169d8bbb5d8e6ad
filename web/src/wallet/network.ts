import { PageError } from '../lib/page-error.ts';
import { chainToAdd, hexChainId } from './chains.ts';
import { codeOf, type Eip1193 } from './eip1193.ts';

/** The wallet is, and stays, on another chain than the host. */
export class WrongNetwork extends PageError {
  override readonly name = 'WrongNetwork';
  override readonly retryable = true;
  readonly wantedChainId: number;
  readonly walletChainId: number;
  constructor(wantedChainId: number, walletChainId: number, options?: ErrorOptions) {
    super(`The wallet is on chain ${walletChainId}, not on ${wantedChainId}.`, options);
    this.wantedChainId = wantedChainId;
    this.walletChainId = walletChainId;
  }
}

export interface HostChain {
  chain_id: number;
  rpc_url: string | null;
}

const UNKNOWN_CHAIN = 4902;
/** MetaMask on phones wraps the code above in this one. */
const INTERNAL_ERROR = -32603;

export async function chainIdOf(provider: Eip1193): Promise<number> {
  return Number(await provider.request({ method: 'eth_chainId' }));
}

/**
 * Switches the wallet to the host's chain; the wallet may ask the person.
 * @throws {WrongNetwork} when it stays elsewhere.
 */
export async function requireNetwork(provider: Eip1193, wanted: HostChain): Promise<void> {
  const before = await chainIdOf(provider);
  if (before === wanted.chain_id) return;
  const refusal = await switchTo(provider, wanted).then(
    () => undefined,
    (cause: unknown) => ({ cause }),
  );
  const after = await chainIdOf(provider);
  if (after !== wanted.chain_id) throw new WrongNetwork(wanted.chain_id, after, refusal);
}

async function switchTo(provider: Eip1193, { chain_id, rpc_url }: HostChain): Promise<void> {
  try {
    const params = [{ chainId: hexChainId(chain_id) }];
    await provider.request({ method: 'wallet_switchEthereumChain', params });
  } catch (error) {
    const added = chainToAdd(chain_id, rpc_url);
    if (!added || ![UNKNOWN_CHAIN, INTERNAL_ERROR].includes(codeOf(error) ?? 0)) throw error;
    await provider.request({ method: 'wallet_addEthereumChain', params: [added] });
  }
}
