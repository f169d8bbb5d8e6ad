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

/** What leaving a channel takes, in this order, and last how to stay. */
export function exitCalls({ viewer, provider, token, authorizer, salt }: OpenedChannel): ExitCall[] {
  const args = [provider, token, authorizer, salt] as const;
  const whole = [viewer, ...args];
  const single = (what: string, name: 'initiateWithdraw' | 'cancelWithdraw'): ExitCall => ({
    what,
    call: `${name}(${args.join(', ')})`,
    data: hostInterface.encodeFunctionData(name, args),
  });
  const both = [
    hostInterface.encodeFunctionData('finalizeWithdraw', [whole]),
    hostInterface.encodeFunctionData('withdraw', [token]),
  ];
  return [
    single('Ask for the deposit', 'initiateWithdraw'),
    {
      what: 'Take it, once the delay is over (any wallet can make the first call)',
      call: `finalizeWithdraw([${whole.join(', ')}]), then withdraw(${token}); both at once:`,
      data: hostInterface.encodeFunctionData('multicall', [both]),
    },
    single('Or leave it where it is, after all', 'cancelWithdraw'),
  ];
}
