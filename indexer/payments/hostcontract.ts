import {
  isError,
  type JsonRpcApiProvider,
  type Log,
  Transaction,
  type TransactionReceipt,
  ZeroAddress,
} from 'ethers';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { SentTransaction, Terms } from '../store/store.ts';
import { type PaidViews, type SponsorReads, viewKey } from './due.ts';
import type { OperatorCall } from './operator.ts';
import { laneOf, type NumberedView, noncesOfPacked, packViews, refsOfLogged } from './packedviews.ts';
import { isRefusal } from './rpc.ts';

/** What a mined `sponsorViews` did. */
export interface SponsorOutcome {
  /** Refs of the views it paid; the others it skipped. */
  paid: Set<string>;
  /** What came back as the sponsor's credit, base units. */
  surplus: bigint;
}

/** The contract as payments see it: what it holds at the head, and the calls that pay. */
export interface HostContract extends SponsorReads {
  /** Whether the provider has an active stream of the content. */
  hasStream(contract: string, contentId: string, provider: string): Promise<boolean>;
  /** Pays views of one contract and coin, whose nonces are of one lane. */
  sponsorCall(views: NumberedView[]): OperatorCall;
  outcomeOf(receipt: TransactionReceipt): SponsorOutcome;
}

const host = StreamHost__factory.createInterface();
const PAID_TOPICS = [host.getEvent('ViewPaid').topicHash, host.getEvent('ViewsSponsored').topicHash];
const NONCES_PER_CALL = 500;
const BLOCKS_PER_REQUEST = 10_000;

/**
 * @param provider made with `cacheTimeout: -1`.
 * @param deployedAt block of each contract's deployment, by lower-case address.
 */
export function hostContract(
  provider: JsonRpcApiProvider,
  deployedAt: ReadonlyMap<string, number>,
): HostContract {
  const at = (contract: string) => StreamHost__factory.connect(contract, provider);

  async function termsInForce(contract: string, contentId: string): Promise<Terms | null> {
    try {
      const { pricePerUnit, providerShareBps, metered } = await at(contract).termsOf(contentId);
      return { pricePerUnit, providerShareBps: Number(providerShareBps), metered };
    } catch (error) {
      if (isError(error, 'CALL_EXCEPTION') && error.revert?.name === 'ContentUnknown') return null;
      throw error;
    }
  }

  async function usedNonces(contract: string, sponsors: string[], nonces: bigint[]): Promise<Set<bigint>> {
    const used = new Set<bigint>();
    for (const sponsor of sponsors) {
      for (let start = 0; start < nonces.length; start += NONCES_PER_CALL) {
        const asked = nonces.slice(start, start + NONCES_PER_CALL);
        const calls = asked.map((nonce) => host.encodeFunctionData('isNonceUsed', [sponsor, nonce]));
        const answers = await at(contract).multicall.staticCall(calls);
        asked
          .filter((_, index) => BigInt(answers[index] ?? 0) === 1n)
          .forEach((nonce) => void used.add(nonce));
      }
    }
    return used;
  }

  async function paidSince(contract: string, fromBlock: number | null): Promise<PaidViews> {
    const paid: PaidViews = { refs: new Set(), keys: new Set() };
    const head = await provider.getBlockNumber();
    let next = fromBlock === null ? (deployedAt.get(contract) ?? 0) : fromBlock + 1;
    let span = BLOCKS_PER_REQUEST;
    while (next <= head) {
      const toBlock = Math.min(head, next + span - 1);
      const logs = await logsOf(contract, next, toBlock);
      if (logs === 'too many') span = Math.max(1, Math.floor((toBlock - next + 1) / 2));
      else {
        for (const log of logs) addPaid(paid, log);
        next = toBlock + 1;
      }
    }
    return paid;
  }

  /** Endpoints limit ranges and results, each in its own words: a refused range is asked again by halves. */
  async function logsOf(address: string, fromBlock: number, toBlock: number): Promise<Log[] | 'too many'> {
    try {
      return await provider.getLogs({ address, fromBlock, toBlock, topics: [PAID_TOPICS] });
    } catch (error) {
      if (isRefusal(error) && toBlock > fromBlock) return 'too many';
      throw error;
    }
  }

  return {
    termsInForce,
    usedNonces,
    paidSince,
    sponsorCall,
    outcomeOf,
    noncesOf,
    hasStream: async (contract, contentId, who) => (await at(contract).streamOf(contentId, who)) !== '',
    isMined: async (txHash) => (await provider.getTransactionReceipt(txHash)) !== null,
  };
}

function sponsorCall(views: NumberedView[]): OperatorCall {
  const [first] = views;
  if (!first) throw new RangeError('no views to sponsor');
  const { contract, token } = first;
  const amount = views.reduce((sum, view) => sum + view.price, 0n);
  const args = [token, amount, laneOf(first.sponsorNonce), packViews(views)] as const;
  const data = host.encodeFunctionData('sponsorViews', [...args]);
  return { to: contract, data, value: token === ZeroAddress ? amount : 0n };
}

function outcomeOf(receipt: TransactionReceipt): SponsorOutcome {
  const outcome: SponsorOutcome = { paid: new Set(), surplus: 0n };
  for (const log of receipt.logs) {
    const event = log.address === receipt.to ? host.parseLog(log) : null;
    if (event?.name === 'ViewsSponsored')
      for (const ref of refsOfLogged(event.args.views)) outcome.paid.add(ref);
    if (event?.name === 'SurplusCredited') outcome.surplus += event.args.amount;
  }
  return outcome;
}

function noncesOf(tx: SentTransaction): bigint[] {
  const call = host.parseTransaction(Transaction.from(tx.raw));
  if (call?.name !== 'sponsorViews') return [];
  const { lane, contents } = call.args;
  return contents.flatMap((content: { views: string }) => noncesOfPacked(lane, content.views));
}

function addPaid(paid: PaidViews, log: Log): void {
  const event = host.parseLog(log);
  if (event?.name === 'ViewsSponsored') for (const ref of refsOfLogged(event.args.views)) paid.refs.add(ref);
  if (event?.name === 'ViewPaid') {
    const { contentId, viewer, provider } = event.args;
    paid.keys.add(viewKey({ contentId, viewer, provider }));
  }
}
