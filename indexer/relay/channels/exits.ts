import { ContractRevert } from '../../contract/calls/revert.ts';
import type { OpenCall, WalletCall } from '../../contract/calls/wallet-calls.ts';
import type { CallSignature, ContractWriter, MinedCall } from '../../contract/calls/writer.ts';
import { hostInterface } from '../../contract/interface.ts';
import { catchUp } from '../../store/indexed-chain.ts';
import type { ChannelRow } from '../../store/store.ts';
import type { Submission } from '../submission.ts';
import { type Channel, channelIn } from './channel.ts';
import { returnMinimum } from './coins.ts';
import type { ChannelCallDeps } from './deposits.ts';
import { AmountTooSmall, ChannelUndone, ChannelUnlisted } from './errors.ts';
import { requireMinimum } from './own-channels.ts';
import { contradicted, submitForViewer } from './submit-for-viewer.ts';

/** A channel by its id, at one deployment. */
export interface WhichChannel {
  channelId: string;
  contract: string;
}

export interface ExitDeps extends ChannelCallDeps {
  /** Writes what viewers have signed. */
  writer: ContractWriter;
}

const MAX_LOOKS = 3;

/**
 * Ways out of channels with this host's provider, for viewers that hold no coin for gas. Each answers when the records
 * show it, and throws {ChannelUnlisted}, {ChannelNotRelayed}, {AmountTooSmall}, and what the writer throws.
 */
export class Exits {
  readonly #deps: ExitDeps;

  constructor(deps: ExitDeps) {
    this.#deps = deps;
  }

  /** Begins the withdrawal, or ends it: what the viewer has signed. */
  async signed(
    which: WhichChannel,
    name: 'initiateWithdraw' | 'cancelWithdraw',
    signed: CallSignature | undefined,
  ): Promise<ChannelRow> {
    return await this.#inTurn(which, async (row) => {
      const { provider, token, authorizer, salt } = row;
      const args = { provider, token, authorizer, salt };
      const call: WalletCall = { name, args, account: row.viewer, contract: row.contract };
      const isSo = name === 'initiateWithdraw' && row.withdrawableAtSec !== null;
      // Asked for again, it costs nothing.
      if (!isSo) this.#requireWorth(row, row.deposit, call);
      return await this.#deps.writer.write({ calls: [call] }, signed);
    });
  }

  /**
   * Brings back what is the viewer's after the delay, or after the provider has released it: anybody may ask for it.
   * Where nothing is left to be brought back, nothing is sent.
   */
  async finish(which: WhichChannel, clientIp: string): Promise<ChannelRow> {
    return await this.#inTurn(which, async (row) => {
      for (let looks = 1; looks <= MAX_LOOKS; looks += 1) {
        const left = await this.#left(row);
        if (left === null) return null;
        this.#requireWorth(row, left.amount, left.call);
        const mined = await submitForViewer(this.#deps.relay, payoutSubmission(left.call, clientIp));
        if (mined) return mined;
      }
      throw contradicted();
    });
  }

  async #inTurn(which: WhichChannel, write: (row: ChannelRow) => Promise<MinedCall | null>) {
    const { turns, chain } = this.#deps;
    return await turns.run(which.channelId, async () => {
      await catchUp(chain);
      const row = await this.#row(which);
      if (row === null) throw new ChannelUnlisted(which);
      const mined = await write(row);
      if (mined === null) await catchUp(chain);
      else await chain.waitFor(mined.blockNumber);
      const after = await this.#row(which);
      if (after === null) throw new ChannelUndone(which.channelId);
      return after;
    });
  }

  /** What the chain's head holds for the viewer, in this coin; `null` where that is nothing. */
  async #left(row: ChannelRow): Promise<{ amount: bigint; call: OpenCall } | null> {
    const { head } = this.#deps;
    const channel = channelIn(row);
    const { deposit, isLeaving } = await head.stateOf(row.contract, channel);
    const credit = await head.creditOf(row.contract, channel);
    if (isLeaving) return { amount: deposit + credit, call: payoutOf(row, true) };
    if (deposit > 0n) {
      const args = { channelId: row.channelId };
      throw new ContractRevert({ errorName: 'WithdrawNotInitiated', args, data: '0x' });
    }
    return credit > 0n ? { amount: credit, call: payoutOf(row, false) } : null;
  }

  /** Whether this host pays gas for it at all. */
  #requireWorth(row: ChannelRow, amount: bigint, way: WalletCall | OpenCall): void {
    const least = returnMinimum(requireMinimum(this.#deps, row, { fields: ['id', 'id'], way }));
    if (amount >= least) return;
    const message = `This host pays the gas where ${least} base units or more go back: here it is ${amount}.`;
    throw new AmountTooSmall(message, { field: 'id', minimum: least, way });
  }

  #row({ contract, channelId }: WhichChannel): Promise<ChannelRow | null> {
    return this.#deps.store.channel(contract.toLowerCase(), channelId);
  }
}

/** @param isLeaving the deposit is to become the viewer's credit first. */
function payoutOf(row: ChannelRow, isLeaving: boolean): OpenCall {
  const channel: Channel = channelIn(row);
  const { viewer, token } = channel;
  const payout = hostInterface.encodeFunctionData('withdrawFor', [viewer, token]);
  const both = () => [hostInterface.encodeFunctionData('finalizeWithdraw', [channel]), payout];
  const data = isLeaving ? hostInterface.encodeFunctionData('multicall', [both()]) : payout;
  return { account: viewer, contract: row.contract, data };
}

function payoutSubmission(call: OpenCall, clientIp: string): Submission {
  const { account: beneficiary, data } = call;
  return {
    ...{ call, data, beneficiary, clientIp },
    follows: () => false,
    refused(error) {
      // Somebody else has finished it in between.
      if (error.errorName === 'WithdrawNotInitiated') return null;
      throw error;
    },
  };
}
