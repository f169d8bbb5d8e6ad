import { Contract, Interface, type JsonRpcApiProvider } from 'ethers';
import type { TxManager } from '../txmgr/tx-manager.ts';

const ERC20 = new Interface([
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function balanceOf(address owner) view returns (uint256)',
]);

/** What the operator can spend. */
export async function balanceOf(provider: JsonRpcApiProvider, token: string, owner: string): Promise<bigint> {
  return new Contract(token, ERC20, provider).getFunction('balanceOf')(owner);
}

/**
 * Lets `spender` pull `amount` of `token` from the operator, and not more.
 * Some tokens refuse to change an allowance that is not zero: it is set to zero first.
 */
export async function allow(
  { txManager, provider }: { txManager: TxManager; provider: JsonRpcApiProvider },
  token: string,
  spender: string,
  amount: bigint,
): Promise<void> {
  const allowed: bigint = await new Contract(token, ERC20, provider).getFunction('allowance')(
    txManager.address,
    spender,
  );
  if (allowed >= amount) return;
  for (const next of allowed > 0n ? [0n, amount] : [amount]) {
    const data = ERC20.encodeFunctionData('approve', [spender, next]);
    const sent = await txManager.send('approve', async () => ({ to: token, data }));
    const receipt = await sent?.mined();
    if (receipt?.status !== 1) throw new Error(`The token ${token} refused to be approved.`);
  }
}
