import { errorWith } from '../lib/errors.ts';
import { call, type Rpc } from '../rpc/rpc.ts';

/** No contract stands at the address that this host is to follow. */
export class NoContract extends errorWith<{ address: string; chainId: number }>(
  ({ address, chainId }) =>
    `There is no contract at ${address} on chain ${chainId}: CONTRACT_ADDRESS or deployments/ is of another chain, ` +
    'or of this one before it was reset.',
) {}

/** @throws {NoContract} for the first address without code, {RpcError} */
export async function requireCode(rpc: Rpc, addresses: readonly string[], chainId: number): Promise<void> {
  for (const address of addresses) {
    const code = await call(rpc, 'eth_getCode', [address, 'latest']);
    if (code === '0x') throw new NoContract({ address, chainId });
  }
}
