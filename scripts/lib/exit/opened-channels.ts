import { type JsonRpcApiProvider, type Log, zeroPadValue } from 'ethers';
import { hostInterface } from '../../../indexer/contract/interface.ts';
import { EVENT_TOPICS } from '../../../types/stream-host-events.ts';
import { CliError, isUnreachable } from '../cli.ts';
import type { OpenedChannel } from './calls.ts';

/** Which channels are meant. */
export interface ChannelFilter {
  channelId: string | null;
  viewer: string | null;
  /** The transaction that opened them, where the endpoint can't search all blocks. */
  txHash: string | null;
}

const TOPIC = EVENT_TOPICS.ChannelOpened;

/**
 * Channels that were opened at these contracts, oldest first, from the chain's logs alone.
 * @param deployedAt block by contract
 * @throws {CliError} when the endpoint does not search so many blocks
 */
export async function openedChannels(
  provider: JsonRpcApiProvider,
  deployedAt: ReadonlyMap<string, number>,
  { channelId, viewer, txHash }: ChannelFilter,
): Promise<OpenedChannel[]> {
  const logs =
    txHash === null
      ? await search(provider, deployedAt, [channelId, viewer && zeroPadValue(viewer, 32)])
      : await logsOf(provider, txHash);
  return logs
    .filter(({ address, topics }) => deployedAt.has(address.toLowerCase()) && topics[0] === TOPIC)
    .map(channelIn)
    .filter((channel) => channelId === null || channel.channelId === channelId.toLowerCase())
    .filter((channel) => viewer === null || channel.viewer === viewer);
}

async function search(
  provider: JsonRpcApiProvider,
  deployedAt: ReadonlyMap<string, number>,
  topics: (string | null)[],
): Promise<Log[]> {
  try {
    const found = [...deployedAt].map(([address, fromBlock]) =>
      provider.getLogs({ address, fromBlock, toBlock: 'latest', topics: [TOPIC, ...topics] }),
    );
    return (await Promise.all(found)).flat();
  } catch (cause) {
    if (isUnreachable(cause)) throw cause;
    throw new CliError(
      'The endpoint does not search that many blocks: name the transaction that opened the channel with --tx.',
      { cause },
    );
  }
}

async function logsOf(provider: JsonRpcApiProvider, txHash: string): Promise<readonly Log[]> {
  const receipt = await provider.getTransactionReceipt(txHash);
  if (receipt === null) throw new CliError(`There is no transaction ${txHash} on this chain.`);
  return receipt.logs;
}

function channelIn(log: Log): OpenedChannel {
  const event = hostInterface.parseLog(log);
  if (event === null) throw new Error(`log ${log.index} of ${log.transactionHash} is no ChannelOpened`);
  const { channelId, viewer, provider, token, authorizer, salt } = event.args;
  return { contract: log.address, channelId, viewer, provider, token, authorizer, salt };
}
