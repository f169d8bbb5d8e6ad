import { network } from 'hardhat';
import type { Eip1193Provider } from '../../../indexer/rpc/rpc.ts';
import { eventually } from '../../until.ts';

/** A development chain in this process, its own for each test, and what a test does to it. */
export interface Node {
  provider: Eip1193Provider;
  send(method: string, ...params: unknown[]): Promise<unknown>;
  /** Account that sends. */
  from: string;
  /** Mines a transaction of `from`. @returns its receipt. */
  transact(transaction: { from?: string; to?: string; data: string; value?: string }): Promise<Receipt>;
  mine(blocks: number): Promise<void>;
  head(): Promise<number>;
  close(): Promise<void>;
}

export interface Receipt {
  blockNumber: number;
  blockHash: string;
  succeeded: boolean;
  contractAddress: string | null;
}

/** Each chain begins at a time of its own, and so has a genesis of its own. */
let started = 0;

export async function startNode(): Promise<Node> {
  const initialDate = new Date(Date.now() - 60_000 * ++started);
  const connection = await network.create({ network: 'default', override: { initialDate } });
  const { provider } = connection;
  const send = (method: string, ...params: unknown[]) => provider.request({ method, params });
  const [from = ''] = (await send('eth_accounts')) as string[];
  return {
    provider,
    send,
    from,
    transact: transactOn(send, from),
    mine: async (blocks) => void (await send('hardhat_mine', `0x${blocks.toString(16)}`)),
    head: async () => Number(await send('eth_blockNumber')),
    close: () => connection.close(),
  };
}

/** Sends a transaction and waits for its receipt. */
export function transactOn(send: Node['send'], from: string): Node['transact'] {
  return async (transaction) => {
    const hash = await send('eth_sendTransaction', { from, gas: '0x2dc6c0', ...transaction });
    const ask = () => send('eth_getTransactionReceipt', hash);
    const receipt = (await eventually(10_000, ask, Boolean)) as Record<string, string | null>;
    return {
      blockNumber: Number(receipt.blockNumber),
      blockHash: String(receipt.blockHash),
      succeeded: receipt.status === '0x1',
      contractAddress: receipt.contractAddress ?? null,
    };
  };
}

/**
 * A contract of a dozen opcodes that logs what it is sent: the first word of the calldata is the topic, the rest the
 * data. In order: copy `calldatasize - 32` bytes from 32 on to memory 0, load the topic, LOG1.
 */
const EMITTER = '602036036020600037600035602036036000a100';

/** @returns the address of a contract that logs whatever it is called with, in lower case. */
export async function deployEmitter(node: Node): Promise<string> {
  const length = (EMITTER.length / 2).toString(16).padStart(2, '0');
  const creation = `0x60${length}600c60003960${length}6000f3${EMITTER}`;
  const { contractAddress } = await node.transact({ data: creation });
  return String(contractAddress).toLowerCase();
}

export const TOPIC = `0x${'7e'.repeat(32)}`;

/** Has the emitter log one word under TOPIC. */
export function emit(node: Node, emitter: string, word = 1): Promise<Receipt> {
  return node.transact({ to: emitter, data: TOPIC + word.toString(16).padStart(64, '0') });
}
