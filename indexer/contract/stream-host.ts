import { type JsonRpcApiProvider, Transaction, type TransactionReceipt, ZeroAddress } from 'ethers';
import type { StreamHost } from '../../types/ethers-contracts/StreamHost.ts';
import { sponsoredViewsIn } from '../../types/stream-host-events.ts';
import { SingleFlight } from '../lib/tasks.ts';
import type { SentTransaction } from '../store/book.ts';
import type { TermsInForce } from './effective-terms.ts';
import { hostInterface, hostsBy } from './interface.ts';
import { type NumberedView, noncesOfPacked, packViews } from './packed-views.ts';
import { laneOf } from './sponsor-nonce.ts';
import { termsOf } from './terms-of.ts';

/** What a mined `sponsorViews` did. */
export interface SponsorOutcome {
  /** Refs of the views it paid; the others it skipped. */
  paid: Set<string>;
  /** What came back as the sponsor's credit, base units. */
  surplus: bigint;
}

const NONCES_PER_CALL = 100;

/** The contract as payments read it, at the chain's head. Addresses in any case. */
export class HostContract {
  readonly #provider: JsonRpcApiProvider;
  readonly #at: (address: string) => StreamHost;
  readonly #asking = new SingleFlight<TermsInForce | null>();
  readonly #delays = new Map<string, number>();

  /** @param provider made with `cacheTimeout: -1`. */
  constructor(provider: JsonRpcApiProvider) {
    this.#provider = provider;
    this.#at = hostsBy(provider);
  }

  /**
   * `null` when the contract does not know the content. Who asks while the chain is being asked the same gets that
   * answer: many reports are of one content.
   */
  termsInForce(contract: string, contentId: string): Promise<TermsInForce | null> {
    const key = `${contract} ${contentId}`.toLowerCase();
    return this.#asking.run(key, () => termsOf(this.#at(contract), contentId));
  }

  /** Whether the provider has an active stream of the content. */
  async hasStream(contract: string, contentId: string, provider: string): Promise<boolean> {
    return (await this.#at(contract).streamOf(contentId, provider)) !== '';
  }

  /** How long a withdrawal from a channel takes; it never changes. */
  async withdrawDelaySec(contract: string): Promise<number> {
    const delaySec = this.#delays.get(contract) ?? Number(await this.#at(contract).withdrawDelaySec());
    this.#delays.set(contract, delaySec);
    return delaySec;
  }

  /** Whether the contract takes what this key signs, and its claims, for the provider: it is its own or its delegate's. */
  async actsFor(contract: string, provider: string, key: string): Promise<boolean> {
    if (provider.toLowerCase() === key.toLowerCase()) return true;
    return (await this.#at(contract).claimDelegateOf(provider)).toLowerCase() === key.toLowerCase();
  }

  /** Which of `nonces` any of `sponsors` has used. */
  async usedNonces(contract: string, sponsors: string[], nonces: bigint[]): Promise<Set<bigint>> {
    const used = new Set<bigint>();
    for (const sponsor of sponsors) {
      for (let start = 0; start < nonces.length; start += NONCES_PER_CALL) {
        const asked = nonces.slice(start, start + NONCES_PER_CALL);
        const calls = asked.map((nonce) => hostInterface.encodeFunctionData('isNonceUsed', [sponsor, nonce]));
        const answers = await this.#at(contract).multicall.staticCall(calls);
        for (const [index, nonce] of asked.entries()) if (BigInt(answers[index] ?? 0) === 1n) used.add(nonce);
      }
    }
    return used;
  }

  async isMined(txHash: string): Promise<boolean> {
    return (await this.#provider.getTransactionReceipt(txHash)) !== null;
  }
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
