import { type Block, isError, type JsonRpcApiProvider, type TransactionReceipt } from 'ethers';
import { hostInterface, hostsBy } from '../../contract/interface.ts';
import { REJECT_REASONS, type RejectReason } from '../../contract/reject-reasons.ts';
import { faultOf, RpcError, type RpcFault, readError } from '../../rpc/errors.ts';
import type { VoucherKey } from '../../store/book/vouchers.ts';
import type { ChannelRow } from '../../store/store.ts';
import { type Packable, packVouchers } from './packing.ts';

/** The chain's newest state, and the newest that can't be undone. */
export interface ChainNow {
  head: number;
  headSec: number;
  blockGasLimit: bigint;
  /** On a chain that tells no finality so many blocks below the head as nothing has undone yet. */
  finalBlock: number;
  finalSec: number;
  /** Wei. */
  gasPrice: bigint;
}

/** What a mined claim did, by channel and number. */
export interface MinedClaim {
  claimed: Pick<VoucherKey, 'channelId' | 'seq'>[];
  rejected: (Pick<VoucherKey, 'channelId' | 'seq'> & { reason: RejectReason })[];
}

/** The contract as claims read it. Addresses in any case. */
export class ClaimChain {
  readonly #provider: JsonRpcApiProvider;
  readonly #at: ReturnType<typeof hostsBy>;
  readonly #confirmations: number;
  #tellsFinality = false;

  /**
   * @param provider made with `cacheTimeout: -1`.
   * @param confirmations So many blocks below the head are final on a chain that does not say what is.
   */
  constructor(provider: JsonRpcApiProvider, confirmations: number) {
    this.#provider = provider;
    this.#confirmations = confirmations;
    this.#at = hostsBy(provider);
  }

  /** @throws the node's errors, also where it has said before what is final and can't say so now. */
  async now(): Promise<ChainNow> {
    const [newest, final, { gasPrice, maxFeePerGas }] = await Promise.all([
      this.#provider.getBlock('latest'),
      this.#finalized(),
      this.#provider.getFeeData(),
    ]);
    if (newest === null) throw new Error('the chain has no newest block');
    const { number: head, timestamp: headSec, gasLimit: blockGasLimit } = newest;
    const price = gasPrice ?? maxFeePerGas ?? 0n;
    const { number: finalBlock, timestamp: finalSec } = final ?? (await this.#confirmed(newest));
    return { head, headSec, blockGasLimit, finalBlock, finalSec, gasPrice: price };
  }

  /** On a chain that tells no finality. */
  async #confirmed(newest: Block): Promise<Block> {
    if (this.#confirmations === 0) return newest;
    const block = await this.#provider.getBlock(Math.max(0, newest.number - this.#confirmations));
    if (block === null) throw new Error('the node does not know the block below its head');
    return block;
  }

  /** `null` on a chain that tells no finality. */
  async #finalized(): Promise<Block | null> {
    try {
      const block = await this.#provider.getBlock('finalized');
      if (block === null && this.#tellsFinality) throw new Error('the node has no finalized block now');
      this.#tellsFinality = block !== null;
      return block;
    } catch (error) {
      // Taken for a chain without finality, a node in trouble would make final what can be undone.
      if (this.#tellsFinality || !refusesTag(error)) throw error;
      return null;
    }
  }

  async held({ contract, ...row }: ChannelRow): Promise<HeldNow> {
    const { viewer, provider, token, authorizer, salt } = row;
    const state = await this.#at(contract).channelOf({ viewer, provider, token, authorizer, salt });
    return { deposit: state.deposit, epoch: Number(state.epoch), nextSeq: Number(state.nextSeq) };
  }

  /** Whether a transaction of the account has used the nonce, in the state of a block. */
  async isNonceUsed(account: string, nonce: number, blockTag: number | 'latest'): Promise<boolean> {
    return (await this.#provider.getTransactionCount(account, blockTag)) > nonce;
  }

  /**
   * Why each of these vouchers of one coin would be rejected in the state of a block; `none`: it would be paid.
   * `null` where there was no contract yet.
   */
  async reasons(
    contract: string,
    vouchers: readonly Packable[],
    blockTag: number | 'latest',
  ): Promise<RejectReason[] | null> {
    try {
      const verdicts = await this.#at(contract).claimable(...packVouchers(vouchers), { blockTag });
      return verdicts.map(({ reason }) => REJECT_REASONS[Number(reason)] ?? 'none');
    } catch (error) {
      if (isError(error, 'BAD_DATA')) return null;
      throw error;
    }
  }
}

/** What the contract holds for a channel at the chain's head. */
export interface HeldNow {
  /** Base units. */
  deposit: bigint;
  epoch: number;
  /** The least number that the next voucher can have. */
  nextSeq: number;
}

/** The call by which vouchers of one provider and coin are claimed. */
export function claimData(vouchers: readonly Packable[]): string {
  return hostInterface.encodeFunctionData('claim', packVouchers(vouchers));
}

export function minedClaim(receipt: TransactionReceipt): MinedClaim {
  const mined: MinedClaim = { claimed: [], rejected: [] };
  for (const log of receipt.logs.filter(({ address }) => address === receipt.to)) {
    const event = hostInterface.parseLog(log);
    if (event?.name !== 'VoucherClaimed' && event?.name !== 'VoucherRejected') continue;
    const { channelId, seq, reason } = event.args;
    const voucher = { channelId, seq: Number(seq) };
    if (event.name === 'VoucherClaimed') mined.claimed.push(voucher);
    else mined.rejected.push({ ...voucher, reason: REJECT_REASONS[Number(reason)] ?? 'none' });
  }
  return mined;
}

/** In which sorts of words nodes refuse a block by a name that they don't know. */
const REFUSALS: ReadonlySet<RpcFault> = new Set(['refused', 'unsupported', 'lagging']);

function refusesTag(error: unknown): boolean {
  if (error instanceof RpcError) return error.answer !== null && REFUSALS.has(error.fault);
  if (isError(error, 'UNSUPPORTED_OPERATION')) return true;
  if (!isError(error, 'UNKNOWN_ERROR')) return false;
  const { code, message } = readError(error.error);
  return REFUSALS.has(faultOf(code, message));
}
