import type { OpenCall, TypedData, WalletCall } from '../../contract/calls/wallet-calls.ts';
import { errorWith, RetryableError } from '../../lib/errors.ts';
import type { AuthorizationTerms } from './authorization.ts';
import type { OwnWay } from './own-way.ts';

/** Whose channels, or which coins, this host pays gas for; the viewer can do it itself. */
export class ChannelNotRelayed extends errorWith<{
  field: 'provider' | 'token' | 'id';
  /** A value that would do. */
  right?: string | undefined;
  way: OwnWay | WalletCall | OpenCall;
}>() {}

/** The gas would cost too much of the money that it moves. */
export class AmountTooSmall extends errorWith<{
  /** `amount` of what comes in; `id` of what goes back. */
  field: 'amount' | 'id';
  /** Base units of the channel's coin. */
  minimum: bigint;
  way: OwnWay | WalletCall | OpenCall;
}>() {}

const REFUSED = {
  missing: "This needs the viewer's signature, as its token checks it",
  'too long': 'The authorisation is good for more than ten minutes from now',
  'too early': 'The authorisation is not good yet',
  expired: 'The authorisation is over, or too close to its end to be mined in time',
  invalid: 'The signature is not one of the viewer over this deposit, in the domain of the token',
  used: 'The authorisation is used or cancelled, and none of the newest deposits was made by it',
} as const;

/** The viewer's signature is not (yet, or any more) good for the deposit, so nothing was sent. */
export class AuthorizationRefused extends errorWith<{
  reason: keyof typeof REFUSED;
  /** What is to be signed instead, and the fields that stand for it in the request. */
  toSign: { typedData: TypedData; terms: AuthorizationTerms };
  way: OwnWay;
  /** Whether this host would submit what is signed. */
  relayed: boolean;
}>(({ reason }) => `${REFUSED[reason]}.`) {}

const ORDER = {
  invalid: "The signature is not one of the channel's key over this order, on this chain, for this contract",
  expired: 'The signature is past its deadline',
  'too long': 'The signature is good for more than ten minutes from now',
  epoch: 'What was signed is for another epoch than the one that the channel is in',
  voucher: 'This host has not seen the last voucher that was signed: show it to the seller first',
} as const;

/** What the channel's key has signed does not give the deposit back, so nothing was done. */
export class OrderRefused extends errorWith<{
  reason: keyof typeof ORDER;
  /** Of a voucher and of an epoch: the number as it is here; `null`: there is none. */
  right?: number | null;
  way: WalletCall;
}>(({ reason }) => `${ORDER[reason]}.`) {}

/** Written in a block that the records have seen, and not in them: the chain has dropped the block. */
export class ChannelUndone extends RetryableError {
  constructor(channelId: string) {
    super(`Channel ${channelId} was written, but the chain does not show it any more.`);
  }
}

/** Nobody has opened the channel, at this deployment. */
export class ChannelUnlisted extends errorWith<{ channelId: string }>(
  ({ channelId }) => `Nobody has opened a channel ${channelId} there.`,
) {}
