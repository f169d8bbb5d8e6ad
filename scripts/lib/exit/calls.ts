import type { ChannelOpened } from '../../../indexer/contract/events.ts';
import { hostInterface } from '../../../indexer/contract/interface.ts';

/** A channel as `ChannelOpened` tells it, for people: addresses with checksums. */
export interface OpenedChannel extends Omit<ChannelOpened, 'name'> {
  /** Of the contract that holds it. */
  contract: string;
}

/** A call that the viewer's wallet sends to the contract, without value. */
export interface ExitCall {
  what: string;
  /** As a block explorer's form takes it. */
  call: string;
  data: string;
}

/** What leaving a channel takes, in this order, and how to stay. */
export function exitCalls(channel: OpenedChannel): {
  initiate: ExitCall;
  finalize: ExitCall;
  cancel: ExitCall;
} {
  const { viewer, provider, token, authorizer, salt } = channel;
  const args = [provider, token, authorizer, salt] as const;
  const shown = args.join(', ');
  const encode = (name: 'initiateWithdraw' | 'cancelWithdraw') =>
    hostInterface.encodeFunctionData(name, args);
  const whole = [viewer, ...args];
  const both = [
    hostInterface.encodeFunctionData('finalizeWithdraw', [whole]),
    hostInterface.encodeFunctionData('withdraw', [token]),
  ];
  return {
    initiate: {
      what: 'Ask for the deposit',
      call: `initiateWithdraw(${shown})`,
      data: encode('initiateWithdraw'),
    },
    finalize: {
      what: 'Take it, once the delay is over (any wallet can make the first call)',
      call: `finalizeWithdraw([${whole.join(', ')}]), then withdraw(${token}); both at once:`,
      data: hostInterface.encodeFunctionData('multicall', [both]),
    },
    cancel: {
      what: 'Or leave it where it is, after all',
      call: `cancelWithdraw(${shown})`,
      data: encode('cancelWithdraw'),
    },
  };
}
