import { computeAddress, hexlify, randomBytes } from 'ethers';
import { ClientError } from '../errors.ts';
import { exclusively } from '../lock.ts';
import {
  type ChannelRecord,
  type Parties,
  readRecord,
  recordKey,
  writeRecord,
} from '../money/channel-record.ts';
import { emptyLedger } from '../money/ledger.ts';
import type { ClientStorage } from '../storage.ts';
import { Channel, deposited, type Way } from './channel.ts';
import { channelIdOf } from './deposit.ts';
import { channelFacts, type FactsSource } from './facts.ts';

export interface ChannelOptions extends Parties {
  /** Where its key is kept: whoever loses it waits for the deposit. */
  storage: ClientStorage;
  /** Where the chain's state is read: a chain, or a host's word. */
  facts: FactsSource;
  /** Whose; by default the wallet's that was the first here. */
  viewer?: string | undefined;
}

export interface OpenOptions extends ChannelOptions, Way {
  /** Base units. */
  deposit: bigint;
  /** Base units that may be signed for; the deposit by default. */
  limit?: bigint;
}

/**
 * Puts a deposit aside for a provider, and makes the key that signs for it: the wallet's one confirmation. The key is
 * stored before anything is sent. Answers when the chain holds it.
 * @throws {ClientError} channel_exists, chain_differs, and what the way throws
 */
export async function openChannel(options: OpenOptions): Promise<Channel> {
  const { storage, deposit, limit = deposit, wallet } = options;
  const parties = partiesOf(options);
  const viewer = (await wallet.getAddress()).toLowerCase();
  return await exclusively(recordKey(parties), async () => {
    const stored = await readRecord(storage, parties, viewer);
    // One that was not sent, or not mined, is taken up: its key is the one that the chain may learn of yet.
    const record = stored && !stored.isOpen ? { ...stored, limit } : fresh(parties, viewer, limit);
    if (stored?.isOpen || (await isOpened(record, options.facts))) {
      throw new ClientError('channel_exists', 'There is a channel already: resume it.');
    }
    await writeRecord(storage, record);
    await deposited(options, record, deposit);
    const opened = { ...record, isOpen: true };
    await writeRecord(storage, opened);
    return new Channel(options, opened);
  });
}

/** The stored channel with a provider; `null` where there is none. {@link Channel.balance} asks what the chain holds. */
export async function resume(options: ChannelOptions): Promise<Channel | null> {
  const { storage, viewer } = options;
  return await exclusively(recordKey(options), async () => {
    let record = await readRecord(storage, options, viewer?.toLowerCase());
    if (!record?.isOpen) {
      // It was stored and sent, and this program ended before it saw what became of it.
      if (!record || !(await isOpened(record, options.facts))) return null;
      record = { ...record, isOpen: true };
      await writeRecord(storage, record);
    }
    return new Channel(options, record);
  });
}

async function isOpened(record: ChannelRecord, facts: FactsSource): Promise<boolean> {
  return (await channelFacts(record, facts)).epoch > 0;
}

function fresh(parties: Parties, viewer: string, limit: bigint): ChannelRecord {
  const key = hexlify(randomBytes(32));
  const parts = {
    ...parties,
    viewer,
    authorizer: computeAddress(key).toLowerCase(),
    salt: hexlify(randomBytes(32)),
  };
  return {
    ...parts,
    ...{ channelId: channelIdOf(parts), key, isOpen: false, limit },
    ...{ ledger: emptyLedger(1, 0), signature: null, bought: 0 },
  };
}

function partiesOf({ chainId, contract, provider, token }: Parties): Parties {
  return {
    chainId,
    contract: contract.toLowerCase(),
    provider: provider.toLowerCase(),
    token: token.toLowerCase(),
  };
}
