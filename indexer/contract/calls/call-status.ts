import type { JsonRpcApiProvider } from 'ethers';
import type { StreamHost } from '../../../types/ethers-contracts/StreamHost.ts';
import type { Terms } from '../../store/store.ts';
import { contentIdOf } from '../content-id.ts';
import { hostsBy } from '../interface.ts';
import { keySignature, type SignatureCheck } from '../signatures.ts';
import { termsOf } from '../terms-of.ts';
import { toContractRevert } from './revert.ts';
import { type Authorization, digestOf, type WalletCall } from './wallet-calls.ts';

/** Calls that a provider's delegate can sign in its name, with its key and no other way. */
const DELEGATED: ReadonlySet<WalletCall['name']> = new Set([
  'registerStream',
  'updateStream',
  'deregisterStream',
]);

const ENDING: ReadonlySet<WalletCall['name']> = new Set([
  'deregisterStream',
  'cancelTerms',
  'cancelWithdraw',
]);

/** The state of calls of wallets at the chain's head. */
export class CallCheck {
  readonly #provider: JsonRpcApiProvider;
  readonly #chainId: number;
  readonly #checkSignature: SignatureCheck;
  readonly #at: (address: string) => StreamHost;

  /** @param options `provider` made with `cacheTimeout: -1`. */
  constructor(options: { provider: JsonRpcApiProvider; chainId: number; checkSignature: SignatureCheck }) {
    this.#provider = options.provider;
    this.#chainId = options.chainId;
    this.#checkSignature = options.checkSignature;
    this.#at = hostsBy(options.provider);
  }

  /**
   * Whether nothing is to be done for the call. Ending what is not there is never done: it is a mistake, unless the
   * same signature ended it before.
   */
  async isDone(call: WalletCall): Promise<boolean> {
    return !ENDING.has(call.name) && (await this.stands(call));
  }

  /** Whether what the call is to bring about is so already. */
  async stands({ name, args, account, contract }: WalletCall): Promise<boolean> {
    const host = this.#at(contract);
    switch (name) {
      case 'registerStream':
      case 'updateStream':
        return (await host.streamOf(args.contentId, account)) === args.url;
      case 'deregisterStream':
        return (await host.streamOf(args.contentId, account)) === '';
      case 'publish': {
        const terms = await termsOf(host, contentIdOf(account, args.token, args.cid));
        if (terms === null) return false;
        // A retired content comes back after a notice: publishing it again does no more than announce that.
        const { retired, scheduled } = terms;
        return retired ? scheduled.effectiveAtSec > 0 && sameTerms(scheduled, args) : sameTerms(terms, args);
      }
      case 'scheduleTerms': {
        const terms = await termsOf(host, args.contentId);
        if (terms === null || terms.retired || terms.scheduled.retires) return false;
        return sameTerms(terms.scheduled.effectiveAtSec > 0 ? terms.scheduled : terms, args);
      }
      case 'cancelTerms':
        return (await termsOf(host, args.contentId))?.scheduled.effectiveAtSec === 0;
      case 'retire': {
        const terms = await termsOf(host, args.contentId);
        return terms !== null && (terms.retired || terms.scheduled.retires);
      }
      case 'initiateWithdraw':
        return (await host.channelOf({ viewer: account, ...args })).withdrawableAtSec > 0n;
      case 'cancelWithdraw':
        return (await host.channelOf({ viewer: account, ...args })).withdrawableAtSec === 0n;
    }
  }

  /**
   * The account's signature of the call, as the contract takes it; `null` where it is none: neither of its key, nor
   * one that its code accepts (ERC-1271), nor, of a stream, one of its delegate's key.
   */
  async signatureOf(call: WalletCall, authorization: Authorization): Promise<string | null> {
    const { signature } = authorization;
    const digest = digestOf(call, this.#chainId, authorization);
    const own = await this.#checkSignature(call.account, digest, signature);
    if (own !== null || !DELEGATED.has(call.name)) return own;
    const delegate = await this.#at(call.contract).claimDelegateOf(call.account);
    return keySignature(delegate, digest, signature);
  }

  async isNonceUsed({ contract, account }: WalletCall, nonce: bigint): Promise<boolean> {
    return await this.#at(contract).isNonceUsed(account, nonce);
  }

  /** Gas that a transaction would take now. @throws {ContractRevert} where the contract would refuse it. */
  async gasOf(transaction: { from: string; to: string; data: string }): Promise<bigint> {
    try {
      // Some nodes keep the reason of a revert to themselves when they only estimate.
      await this.#provider.call(transaction);
      // At the head as it is: a node's guess at the next block may hold this very call already.
      return BigInt(await this.#provider.send('eth_estimateGas', [transaction, 'latest']));
    } catch (error) {
      throw toContractRevert(error) ?? error;
    }
  }

  /** Unix time of the newest block. */
  async headTimeSec(): Promise<number> {
    const block = await this.#provider.getBlock('latest');
    if (block === null) throw new Error('the chain has no newest block');
    return block.timestamp;
  }
}

function sameTerms(one: Terms, other: Terms): boolean {
  return (
    one.pricePerUnit === other.pricePerUnit &&
    one.providerShareBps === other.providerShareBps &&
    one.unit === other.unit
  );
}
