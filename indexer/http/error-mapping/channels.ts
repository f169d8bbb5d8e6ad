import {
  isExit,
  type OpenCall,
  transactionOf,
  type UnsignedTransaction,
  type WalletCall,
} from '../../contract/calls/wallet-calls.ts';
import {
  AmountTooSmall,
  AuthorizationRefused,
  ChannelNotRelayed,
  ChannelUnlisted,
  OrderRefused,
} from '../../relay/channels/errors.ts';
import type { OwnWay } from '../../relay/channels/own-way.ts';
import type { Context } from '../context.ts';
import { type Code, problem } from '../problems/codes.ts';
import { mapping, told } from './mapping.ts';

const REFUSED: Record<AuthorizationRefused['reason'], [Code, field: string]> = {
  missing: ['signature_required', 'signature'],
  invalid: ['signature_invalid', 'signature'],
  expired: ['signature_expired', 'valid_before'],
  used: ['nonce_used', 'authorization_salt'],
  'too long': ['authorization_too_long', 'valid_before'],
  'too early': ['authorization_too_early', 'valid_after'],
};
const ORDER: Record<OrderRefused['reason'], [Code, field: string]> = {
  invalid: ['signature_invalid', 'signature'],
  expired: ['signature_expired', 'deadline'],
  'too long': ['authorization_too_long', 'deadline'],
  epoch: ['epoch_differs', 'epoch'],
  voucher: ['voucher_missing', 'last_seq'],
};
const HOW_ON =
  'Sign `typed_data` and send the same request again with the fields of `authorization` and the signature, or send `approval`, then `transaction`.';

/** What keeps this host from paying the gas of a channel. */
export const CHANNEL_ERRORS = [
  mapping(ChannelUnlisted, (error) => told(['unknown_channel', 'id'], error)),
  mapping(ChannelNotRelayed, ({ message, field, right, way }, context) =>
    problem('relay_not_allowed', `${message} ${SELF}`, {
      field,
      example: right,
      extra: transactionsOf(way, context),
    }),
  ),
  mapping(AmountTooSmall, ({ message, field, minimum, way }, context) => {
    const least = minimum.toString();
    const example = field === 'amount' ? least : undefined;
    const extra = { min_base_units: least, ...transactionsOf(way, context) };
    return problem('deposit_too_small', `${message} ${SELF}`, { field, example, extra });
  }),
  mapping(OrderRefused, ({ message, reason, right, way }, context) => {
    const [code, field] = ORDER[reason];
    const example = reason === 'epoch' ? right : undefined;
    const extra = { ...transactionsOf(way, context), ...(reason === 'voucher' && { last_seq: right }) };
    return problem(code, message, { field, example, extra });
  }),
  mapping(AuthorizationRefused, ({ message, reason, toSign, way, relayed }, context) => {
    const [code, field] = REFUSED[reason];
    const { typedData: typed_data, terms } = toSign;
    const authorization = {
      valid_after: terms.validAfterSec.toString(),
      valid_before: terms.validBeforeSec.toString(),
      authorization_salt: terms.salt,
    };
    const ways = { typed_data, authorization, ...transactionsOf(way, context) };
    const isMissing = reason === 'missing';
    return problem(code, isMissing ? `${message} ${HOW_ON}` : message, {
      field,
      extra: { ...ways, ...(isMissing && { relayed }) },
    });
  }),
];

const SELF = 'The wallet can send the transaction itself.';

/** Whether a call concerns a channel, and what is spent on it is spent on viewers. */
export function isOfChannel(call: WalletCall | OpenCall): boolean {
  return 'data' in call || isExit(call);
}

/** What the wallet can send itself, in this order. */
function transactionsOf(
  way: OwnWay | WalletCall | OpenCall,
  { chain }: Context,
): Record<string, UnsignedTransaction> {
  const shown = (call: WalletCall | OpenCall) => transactionOf(call, chain.chainId);
  if (!('transaction' in way)) return { transaction: shown(way) };
  const { approval, transaction } = way;
  return { ...(approval && { approval: shown(approval) }), transaction: shown(transaction) };
}
