import { Interface, ZeroAddress } from 'ethers';
import type { OpenCall } from '../../contract/calls/wallet-calls.ts';
import { hostInterface } from '../../contract/interface.ts';
import type { Deposit } from './authorization.ts';

/** How a viewer makes a deposit by itself, in this order. */
export interface OwnWay {
  /** `null` for the native coin, which needs none. */
  readonly approval: OpenCall | null;
  readonly transaction: OpenCall;
}

const ERC20 = new Interface(['function approve(address spender, uint256 amount) returns (bool)']);

export function ownWayOf({ contract, channel, amount }: Deposit, isOpen: boolean): OwnWay {
  const { viewer, provider, token, authorizer, salt } = channel;
  const isNative = token === ZeroAddress;
  const data = isOpen
    ? hostInterface.encodeFunctionData('deposit', [channel, amount])
    : hostInterface.encodeFunctionData('open', [provider, token, authorizer, salt, amount]);
  const approve = ERC20.encodeFunctionData('approve', [contract, amount]);
  return {
    approval: isNative ? null : { account: viewer, contract: token, data: approve },
    transaction: { account: viewer, contract, data, ...(isNative && { value: amount }) },
  };
}
