import { setTimeout as delay } from 'node:timers/promises';
import { startAnvil } from '../../e2e/anvil.ts';
import type { Node } from './node.ts';
import { forwardTo, type ProxyAnswer } from './proxy.ts';

/** A chain of another make, in a process of its own and reached by HTTP. */
export interface AnvilNode extends Node {
  url: string;
  /** Ends the process; `close` leaves it to the next world, as it was at first. */
  stop(): Promise<void>;
}

export async function startAnvilNode(): Promise<AnvilNode> {
  const anvil = await startAnvil({ chainId: 31_337 });
  const ask = forwardTo(anvil.url);
  let lastId = 0;

  async function request({ method, params }: { method: string; params: unknown[] }): Promise<unknown> {
    const answer = await ask({ jsonrpc: '2.0', id: ++lastId, method, params });
    const { result, error } = answer as ProxyAnswer;
    if (error) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
    return result;
  }
  const send = (method: string, ...params: unknown[]) => request({ method, params });

  async function receiptOf(hash: unknown): Promise<Record<string, string | null>> {
    for (;;) {
      const receipt = await send('eth_getTransactionReceipt', hash);
      if (receipt) return receipt as Record<string, string | null>;
      await delay(2);
    }
  }
  const [from = ''] = (await send('eth_accounts')) as string[];

  return {
    url: anvil.url,
    provider: { request },
    send,
    from,
    async transact(transaction) {
      const receipt = await receiptOf(
        await send('eth_sendTransaction', { from, gas: '0x2dc6c0', ...transaction }),
      );
      return {
        blockNumber: Number(receipt.blockNumber),
        blockHash: String(receipt.blockHash),
        succeeded: receipt.status === '0x1',
        contractAddress: receipt.contractAddress ?? null,
      };
    },
    mine: async (blocks) => void (await send('anvil_mine', `0x${blocks.toString(16)}`)),
    head: async () => Number(await send('eth_blockNumber')),
    close: async () => void (await send('anvil_reset')),
    stop: () => anvil.stop(),
  };
}
