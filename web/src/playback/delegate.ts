import type { Read } from '../api/resource.ts';
import type { Wallet } from '../wallet/wallet.ts';

/** Of `claimDelegateOf(address)`: for one read no library is loaded. */
const CLAIM_DELEGATE_OF = '0x6a2d4edc';

/** Whom a provider has named its delegate, by the contract, asked through the wallet; zero where nobody. */
export function delegateOf(
  { provider: eip1193, chainId }: Pick<Wallet, 'provider' | 'chainId'>,
  contract: string,
  provider: string,
): Read<string> {
  return {
    key: `delegate ${chainId} ${contract} ${provider}`,
    async load() {
      const call = {
        to: contract,
        data: CLAIM_DELEGATE_OF + provider.slice(2).toLowerCase().padStart(64, '0'),
      };
      const word = await eip1193.request({ method: 'eth_call', params: [call, 'latest'] });
      return `0x${String(word).slice(-40)}`;
    },
    on: { kinds: [] },
  };
}
