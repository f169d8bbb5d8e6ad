import type { Mutant } from './guards.ts';

type Edit = [path: string, from: string, to: string];

const CHANNELS = 'PaymentChannels.sol';
const CLAIMS = 'VoucherClaims.sol';
const ESCROW = 'SplitEscrow.sol';
const WORD = 'libraries/PackedChannel.sol';
const STORED_UNDER = '_channels[channel.provider][channel.token][channelId][channel.authorizer]';

/** Guards that are no conditions: what is written so that a later call fails, and where it is written. */
const EFFECTS: [name: string, ...edits: Edit[]][] = [
  ['a credit is gone once withdrawn', [ESCROW, 'book[account] = 0;', '']],
  [
    'withdrawFor pays the account',
    [ESCROW, '_withdraw(account, token, account)', '_withdraw(account, token, msg.sender)'],
  ],
  [
    'a payee’s answer is not copied',
    [
      ESCROW,
      'else if (!LowLevelCall.callNoReturn(to, amount, "")) revert RecipientRejected(to);',
      'else { (bool sent, ) = to.call{value: amount}(""); if (!sent) revert RecipientRejected(to); }',
    ],
  ],
  ['a nonce is used up', ['Authorizations.sol', 'held.bits |= bit;', '']],
  [
    'a signature is its account’s',
    [
      'Authorizations.sol',
      'failure == ECDSA.RecoverError.NoError && signer == account',
      'failure == ECDSA.RecoverError.NoError',
    ],
  ],
  [
    'a change waits for the notice',
    ['ContentRegistry.sol', 'block.timestamp + noticeSec', 'block.timestamp'],
  ],
  ['a withdrawal waits for the delay', [CHANNELS, 'block.timestamp + _withdrawDelaySec', 'block.timestamp']],
  ['an epoch ends when the deposit goes back', [WORD, 'epoch(channel) + 1', 'epoch(channel)']],
  ['numbers of bills go on in the next epoch', [WORD, '(nextSeq(channel) << NEXT_SEQ_AT)', '0']],
  [
    'the number of a bill is used up',
    [WORD, 'uint256 skipped = seq + 1 - nextSeq(channel);', 'uint256 skipped; seq;'],
  ],
  [
    'a claim is taken from the deposit',
    [WORD, '(skipped << NEXT_SEQ_AT) - amount', '(skipped << NEXT_SEQ_AT) + 0 * amount'],
  ],
  [
    'an authorisation is for one channel',
    [
      CHANNELS,
      'keccak256(abi.encode(channelId, authorization.salt))',
      '(channelId == 0 ? channelId : authorization.salt)',
    ],
  ],
  [
    'an authorisation counts here only',
    [CHANNELS, '.receiveWithAuthorization(', '.transferWithAuthorization('],
  ],
  [
    'a permit that fails is ignored',
    [CHANNELS, '        LowLevelCall.callNoReturn(', '        bool permitted = LowLevelCall.callNoReturn('],
    [
      CHANNELS,
      ');\n        token.safeTransferFrom(',
      ');\n        if (!permitted) revert DepositZero();\n        token.safeTransferFrom(',
    ],
  ],
  [
    'a channel’s word stands under its provider',
    [CHANNELS, STORED_UNDER, STORED_UNDER.replace('channel.provider', 'address(0)')],
    [CLAIMS, '_channels[provider][token]', '_channels[address(0)][token]'],
  ],
  [
    'a channel’s word stands under its coin',
    [CHANNELS, STORED_UNDER, STORED_UNDER.replace('channel.token', 'address(0)')],
    [CLAIMS, '_channels[provider][token]', '_channels[provider][address(0)]'],
  ],
  [
    'a channel’s word stands under its authorizer',
    [CHANNELS, STORED_UNDER, STORED_UNDER.replace('channel.authorizer', 'address(0)')],
    [
      CLAIMS,
      'channels[bill.channelId][signer]',
      'channels[bill.channelId][signer == address(0) ? signer : address(0)]',
    ],
  ],
  [
    'an old price is good for one delay more',
    [
      CLAIMS,
      'settled ? next.pricePerUnit() : Math.min(leastPrice, next.pricePerUnit())',
      'settled ? next.pricePerUnit() : next.pricePerUnit()',
    ],
  ],
  [
    'an old price is good for no longer',
    [CLAIMS, 'block.timestamp >= next.effectiveAtSec() + withdrawDelaySec', 'false'],
  ],
  [
    'a flawed item rejects its bill',
    [CLAIMS, 'row.flaw != RejectReason.None', 'false && row.flaw != RejectReason.None'],
  ],
];

/** The mutants of EFFECTS. Throws where the contracts do not read as expected here. */
export function effects(sources: ReadonlyMap<string, string>): Mutant[] {
  return EFFECTS.map(([name, ...edits]) => ({ name, sources: edited(sources, edits) }));
}

function edited(sources: ReadonlyMap<string, string>, edits: Edit[]): Map<string, string> {
  const changed = new Map<string, string>();
  for (const [path, from, to] of edits) {
    const source = changed.get(path) ?? sources.get(path) ?? '';
    if (!source.includes(from)) throw new Error(`contracts/${path} has no ${JSON.stringify(from)}`);
    changed.set(path, source.replaceAll(from, to));
  }
  return changed;
}
