import type { OpenCall } from '../../contract/calls/wallet-calls.ts';
import { hostInterface } from '../../contract/interface.ts';
import type { SentTransaction } from '../../store/book.ts';
import { callOf } from '../../txmgr/tx-manager.ts';
import type { Submission } from '../submission.ts';
import { type Channel, channelIdOf } from './channel.ts';

/** A deposit as the operator's key sends it: one at a time into a channel, which another may be about to open. */
export function depositSubmission(call: OpenCall, channel: Channel, clientIp: string): Submission {
  const { account: beneficiary, data } = call;
  const id = channelIdOf(channel);
  return {
    ...{ call, data, beneficiary, clientIp },
    follows: (tx) => callOf(tx).to?.toLowerCase() === call.contract.toLowerCase() && channelOf(tx) === id,
    refused(error) {
      // Somebody has opened it in between, or a reorganisation took it back.
      if (error.errorName === 'ChannelExists' || error.errorName === 'ChannelUnknown') return null;
      throw error;
    },
  };
}

/** The id of the channel into which a transaction of ours puts a deposit; `null` where it does no such thing. */
function channelOf(tx: SentTransaction): string | null {
  const call = hostInterface.parseTransaction(callOf(tx));
  if (!call?.name.endsWith('WithAuthorization')) return null;
  const { viewer, provider, token, authorizer, salt } = call.args.channel;
  return channelIdOf({ viewer, provider, token, authorizer, salt });
}
