import { z } from 'zod';
import { ContractRevert, toContractRevert } from '../contract/calls/revert.ts';
import { calldataOf } from '../contract/calls/wallet-calls.ts';
import type { Impersonator } from '../contract/calls/writer.ts';
import { errorWith } from '../lib/errors.ts';
import { pollUntil } from '../lib/poll-until.ts';
import type { Eip1193Provider } from '../rpc/rpc.ts';

/** The transaction was sent and no block has taken it up within the time that one needs. */
export class NotMined extends errorWith<{ txHash: string }>(
  ({ txHash }) => `Transaction ${txHash} is sent, but no block holds it yet.`,
) {
  override readonly retryable = true;
}

const receiptSchema = z.object({ status: z.string(), blockNumber: z.string() });

/** Gas costs these wallets nothing (decision 0010), so they get room instead of an estimate. */
const GAS_LIMIT = '0x989680';
const POLL_MS = 20;

/**
 * Acts for any wallet without its signature, on the embedded development chain only, which lets accounts
 * be impersonated: at gas price 0, so the wallet's balance stays as it is.
 */
export function createImpersonator({
  provider,
  timeoutMs = 30_000,
}: {
  provider: Eip1193Provider;
  /** How long a write waits for its block before it rejects with NotMined. */
  timeoutMs?: number;
}): Impersonator {
  const impersonated = new Map<string, Promise<unknown>>();

  async function simulate(call: object, block: string): Promise<void> {
    await ask('eth_call', call, block).catch((error: unknown) => {
      throw toContractRevert(error) ?? error;
    });
  }

  function impersonate(account: string): Promise<unknown> {
    const key = account.toLowerCase();
    const asked = impersonated.get(key) ?? ask('hardhat_impersonateAccount', key);
    impersonated.set(key, asked);
    asked.catch(() => impersonated.delete(key));
    return asked;
  }

  /** At once as a rule; only where mining was switched off by hand does it wait. */
  async function receiptOf(txHash: string): Promise<z.infer<typeof receiptSchema>> {
    const look = () => ask('eth_getTransactionReceipt', txHash);
    const receipt = await pollUntil(look, { everyMs: POLL_MS, timeoutMs });
    if (receipt === null) throw new NotMined({ txHash });
    return receiptSchema.parse(receipt);
  }

  function ask(method: string, ...params: unknown[]): Promise<unknown> {
    return provider.request({ method, params });
  }

  return async (call) => {
    const transaction = { from: call.account, to: call.contract, data: calldataOf(call) };
    await simulate(transaction, 'latest');
    await impersonate(call.account);
    const sent = await ask('eth_sendTransaction', { ...transaction, gas: GAS_LIMIT, gasPrice: '0x0' });
    const txHash = z.string().parse(sent);
    const receipt = await receiptOf(txHash);
    if (receipt.status === '0x1') return { txHash, blockNumber: Number(receipt.blockNumber) };
    // Something else came in between: on what it left, the same call says why.
    await simulate(transaction, receipt.blockNumber);
    throw new ContractRevert({ errorName: 'UnknownError', args: {}, data: '0x' });
  };
}
