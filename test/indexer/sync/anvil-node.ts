import { startAnvil } from '../../e2e/anvil.ts';
import { type Node, transactOn } from './node.ts';
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

  const [from = ''] = (await send('eth_accounts')) as string[];

  return {
    url: anvil.url,
    provider: { request },
    send,
    from,
    transact: transactOn(send, from),
    mine: async (blocks) => void (await send('anvil_mine', `0x${blocks.toString(16)}`)),
    head: async () => Number(await send('eth_blockNumber')),
    close: async () => void (await send('anvil_reset')),
    stop: () => anvil.stop(),
  };
}
