import { Contract, type ContractRunner } from 'ethers';
import { ask, type Fetch, fieldsIn } from '../http.ts';
import type { ChannelRecord } from '../money/channel-record.ts';
import { allowed } from '../seller/seller.ts';

/** What the chain holds of a channel. */
export interface ChannelFacts {
  /** Base units that vouchers can still take. */
  deposit: bigint;
  /** What vouchers have taken, in all epochs: a host says so, the contract does not keep it. */
  claimed?: bigint;
  /** Zero: nobody has opened it. */
  epoch: number;
  nextSeq: number;
  /** Unix time from which the viewer can take the deposit back; `null` where it has not asked. */
  withdrawableAtSec: number | null;
}

/** Where facts are read: from a chain, or as a host tells them. */
export type FactsSource = { chain: ContractRunner } | { host: string; fetch?: Fetch };

const CHANNEL = '(address,address,address,address,bytes32)';
export const CHANNEL_ABI = [
  `function channelOf(${CHANNEL}) view returns ((uint256,uint256,uint256,uint256))`,
  'function open(address,address,address,bytes32,uint256) payable',
  `function deposit(${CHANNEL},uint256) payable`,
  'function initiateWithdraw(address,address,address,bytes32)',
  `function finalizeWithdraw(${CHANNEL})`,
  'function withdrawFor(address,address)',
  'function multicall(bytes[])',
];

/** The parts that name a channel on chain. */
export function partsOf({ viewer, provider, token, authorizer, salt }: ChannelParts): ChannelParts {
  return { viewer, provider, token, authorizer, salt };
}

/** The same in the contract's order. */
export function valuesOf(record: ChannelParts): string[] {
  return Object.values(partsOf(record));
}

export type ChannelParts = Pick<ChannelRecord, 'viewer' | 'provider' | 'token' | 'authorizer' | 'salt'>;

export async function channelFacts(record: ChannelRecord, source: FactsSource): Promise<ChannelFacts> {
  return 'chain' in source ? await onChain(record, source.chain) : await asTold(record, source);
}

async function onChain(record: ChannelRecord, chain: ContractRunner): Promise<ChannelFacts> {
  const contract = new Contract(record.contract, CHANNEL_ABI, chain);
  const [deposit, epoch, nextSeq, withdrawableAtSec] = await contract.getFunction('channelOf')(
    valuesOf(record),
  );
  return {
    deposit,
    epoch: Number(epoch),
    nextSeq: Number(nextSeq),
    withdrawableAtSec: Number(withdrawableAtSec) || null,
  };
}

interface Told {
  contract: string;
  deposit_base_units: string;
  claimed_base_units: string;
  epoch: number;
  next_seq: number;
  withdrawable_at: string | null;
}

async function asTold(
  { channelId, contract }: ChannelRecord,
  { host, fetch = globalThis.fetch }: { host: string; fetch?: Fetch },
): Promise<ChannelFacts> {
  const answer = await ask(fetch, `${host}/channels/${channelId}`);
  const { channels } = answer.status === 404 ? { channels: [] } : fieldsIn(allowed(answer).bytes);
  const told = (channels as Told[]).find((each) => each.contract.toLowerCase() === contract);
  if (told === undefined) return { deposit: 0n, epoch: 0, nextSeq: 0, withdrawableAtSec: null };
  return {
    deposit: BigInt(told.deposit_base_units),
    claimed: BigInt(told.claimed_base_units),
    epoch: told.epoch,
    nextSeq: told.next_seq,
    withdrawableAtSec: told.withdrawable_at === null ? null : Date.parse(told.withdrawable_at) / 1000,
  };
}
