import { BaseContract, type ContractRunner, Interface } from 'ethers';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { StreamHost } from '../../types/ethers-contracts/StreamHost.ts';

/** The contract's ABI, read once: reading it takes longer than a call. */
export const hostInterface = new Interface(StreamHost__factory.abi);

/** The contract at each address asked for. Addresses are those of deployments, so there are few. */
export function hostsBy(runner: ContractRunner): (address: string) => StreamHost {
  const hosts = new Map<string, StreamHost>();
  return (address) => {
    const key = address.toLowerCase();
    let host = hosts.get(key);
    if (!host) {
      host = new BaseContract(key, hostInterface, runner) as unknown as StreamHost;
      hosts.set(key, host);
    }
    return host;
  };
}
