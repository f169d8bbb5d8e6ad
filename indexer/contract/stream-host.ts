import { type JsonRpcApiProvider, Transaction, type TransactionReceipt, ZeroAddress } from 'ethers';
import { sponsoredViewsIn } from '../../types/stream-host-events.ts';
import { SingleFlight } from '../lib/tasks.ts';
import type { SentTransaction } from '../store/store.ts';
import type { TermsInForce } from './effective-terms.ts';
import { hostInterface, hostsBy } from './interface.ts';
import { type NumberedView, noncesOfPacked, packViews } from './packed-views.ts';
import { laneOf } from './sponsor-nonce.ts';
import { termsOf } from './terms-of.ts';

/** The contract as payments read it, at the chain's head. Addresses in any case. */
export interface HostContract {
  /** `null` when the contract does not know the content. */
  termsInForce(contract: string, contentId: string): Promise<TermsInForce | null>;
  /** Whether the provider has an active stream of the content. */
  hasStream(contract: string, contentId: string, provider: string): Promise<boolean>;
  /** Who signs for the provider's streams beside itself, checksummed; the zero address: nobody. */
  delegateOf(contract: string, provider: string): Promise<string>;
  /** Which of `nonces` any of `sponsors` has used. */
  usedNonces(contract: string, sponsors: string[], nonces: bigint[]): Promise<Set<bigint>>;
  isMined(txHash: string): Promise<boolean>;
}

/** What a mined `sponsorViews` did. */
export interface SponsorOutcome {
  /** Refs of the views it paid; the others it skipped. */
  paid: Set<string>;
  /** What came back as the sponsor's credit, base units. */
  surplus: bigint;
}

const NONCES_PER_CALL = 100;

/** @param provider made with `cacheTimeout: -1`. */
export function hostContract(provider: JsonRpcApiProvider): HostContract {
  const at = hostsBy(provider);
  const asking = new SingleFlight<TermsInForce | null>();

  return {
    /** Who asks while the chain is being asked the same gets that answer: many reports are of one content. */
    async termsInForce(contract, contentId) {
      const key = `${contract} ${contentId}`.toLowerCase();
      return await asking.run(key, () => termsOf(at(contract), contentId));
    },

    async hasStream(contract, contentId, who) {
      return (await at(contract).streamOf(contentId, who)) !== '';
    },

    async delegateOf(contract, provider) {
      return await at(contract).claimDelegateOf(provider);
    },

    async usedNonces(contract, sponsors, nonces) {
      const used = new Set<bigint>();
      for (const sponsor of sponsors) {
        for (let start = 0; start < nonces.length; start += NONCES_PER_CALL) {
          const asked = nonces.slice(start, start + NONCES_PER_CALL);
          const calls = asked.map((nonce) =>
            hostInterface.encodeFunctionData('isNonceUsed', [sponsor, nonce]),
          );
          const answers = await at(contract).multicall.staticCall(calls);
          for (const [index, nonce] of asked.entries())
            if (BigInt(answers[index] ?? 0) === 1n) used.add(nonce);
        }
      }
      return used;
    },

    async isMined(txHash) {
      return (await provider.getTransactionReceipt(txHash)) !== null;
    },
  };
}

/** The call that pays views of one contract and coin, with nonces of one lane. */
export function sponsorCall(views: NumberedView[]): { to: string; data: string; value: bigint } {
  const [first] = views;
  if (!first) throw new RangeError('no views to sponsor');
  const { contract, token } = first;
  const amount = views.reduce((sum, view) => sum + view.price, 0n);
  const args = [token, amount, laneOf(first.sponsorNonce), packViews(views)];
  const data = hostInterface.encodeFunctionData('sponsorViews', args);
  return { to: contract, data, value: token === ZeroAddress ? amount : 0n };
}

/** The sponsorship nonces that a transaction of ours spends; none if it is another call. */
export function sponsorNoncesOf(tx: SentTransaction): bigint[] {
  const call = hostInterface.parseTransaction(Transaction.from(tx.raw));
  if (call?.name !== 'sponsorViews') return [];
  const contents: { views: string }[] = call.args.contents;
  return contents.flatMap((content) => noncesOfPacked(call.args.lane, content.views));
}

export function sponsorOutcome(receipt: TransactionReceipt): SponsorOutcome {
  const outcome: SponsorOutcome = { paid: new Set(), surplus: 0n };
  for (const log of receipt.logs.filter((each) => each.address === receipt.to)) {
    const event = hostInterface.parseLog(log);
    if (event?.name === 'ViewsSponsored') {
      for (const { ref } of sponsoredViewsIn(event.args.views)) outcome.paid.add(ref);
    } else if (event?.name === 'SurplusCredited') outcome.surplus += event.args.amount;
  }
  return outcome;
}
