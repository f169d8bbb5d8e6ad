import type { Mutant } from './mutant.ts';

type Edit = [path: string, from: string, to: string];

const CHANNELS = 'PaymentChannels.sol';
const CLAIMS = 'VoucherClaims.sol';
const HOST = 'StreamHost.sol';
const ESCROW = 'SplitEscrow.sol';
const WORD = 'libraries/PackedChannel.sol';
const ITEMS = 'libraries/VoucherItems.sol';
const STORED_UNDER = '_channels[channel.provider][channel.token][channelId][uint160(channel.authorizer)]';

/** Where it stands that only the account itself signs. */
const OF_CREATORS = [
  'NOBODY,\n            TypeHashes.publish(',
  '_authorize(account, NOBODY, structHash',
  'TypeHashes.CANCEL_TERMS, account, NOBODY',
  'TypeHashes.RETIRE, account, NOBODY',
];

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
  ['a republication that is cancelled takes no payments', [HOST, ' | PackedTerms.RETIRED)) {', ')) {']],
  // Not among the conditions: without one of them the compiler runs out of stack.
  [
    'a view is not paid before its time',
    [HOST, 'PackedViews.timeAt(views, offset) > block.timestamp', 'PackedViews.timeAt(views, offset) == 0'],
  ],
  [
    'a view is paid once',
    [
      HOST,
      'early || !_takeNonce(nonces, msg.sender, nonce)',
      'early || (false && !_takeNonce(nonces, msg.sender, nonce))',
    ],
  ],
  ['a nonce is used up', ['SignedCalls.sol', 'held.bits |= bit;', '']],
  [
    'a signature is its account’s',
    [
      'SignedCalls.sol',
      'failure == ECDSA.RecoverError.NoError && signed',
      'failure == ECDSA.RecoverError.NoError',
    ],
  ],
  ['invalidated nonces stay so', ['SignedCalls.sol', '[word] |= mask', '[word] = mask']],
  [
    'a nonce is the account’s, whoever signed',
    [
      'SignedCalls.sol',
      '_useNonce(account, nonce);\n        bytes32 digest',
      '_useNonce(delegate == address(0) ? account : delegate, nonce);\n        bytes32 digest',
    ],
  ],
  ...OF_CREATORS.map((site): [string, Edit] => [
    `a delegate does not sign for creators: ${site.trim().split(/\s+/).join(' ')}`,
    ['SignedRegistry.sol', site, site.replace('NOBODY', 'claimDelegateOf[account]')],
  ]),
  [
    'a delegate signs no exits',
    [
      'SignedChannels.sol',
      '_authorize(channel.viewer, NOBODY,',
      '_authorize(channel.viewer, claimDelegateOf[channel.viewer],',
    ],
  ],
  ['only who works for the provider claims', [CLAIMS, '_requireClaimer(provider);', '']],
  ['only who works for the provider releases', [CHANNELS, '_requireClaimer(channel.provider);', '']],
  [
    'a withdrawal that anybody finalizes is the viewer’s',
    [
      CHANNELS,
      '_giveBack(cell, channel.viewer, channel.token)',
      '_giveBack(cell, msg.sender, channel.token)',
    ],
  ],
  [
    'a deposit of the viewer cancels its withdrawal',
    [
      CHANNELS,
      'revert WithdrawInProgress(channelId);\n            _stay(cell, channelId);',
      'revert WithdrawInProgress(channelId);',
    ],
  ],
  [
    'a content published again waits for the notice',
    [
      'ContentRegistry.sol',
      'effectiveAtSec = _schedule(content, _retired(contentId, content), terms);',
      '_retired(contentId, content); content.terms = terms.withHead(uint160(account));',
    ],
  ],
  [
    'a change waits for the notice',
    ['ContentRegistry.sol', 'block.timestamp + noticeSec', 'block.timestamp'],
  ],
  ['a withdrawal waits for the delay', [CHANNELS, 'block.timestamp + _withdrawDelaySec', 'block.timestamp']],
  ['an epoch ends when the deposit goes back', [WORD, 'epoch(channel) + 1', 'epoch(channel)']],
  ['numbers of vouchers go on in the next epoch', [WORD, '(nextSeq(channel) << NEXT_SEQ_AT)', '0']],
  [
    'the number of a voucher is used up',
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
    [
      ESCROW,
      '        LowLevelCall.callNoReturn(\n            token,',
      '        bool permitted = LowLevelCall.callNoReturn(\n            token,',
    ],
    [
      ESCROW,
      'amount, deadline, v, r, s))\n        );',
      'amount, deadline, v, r, s))\n        );\n        if (!permitted) revert RecipientInvalid(token);',
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
    [CHANNELS, STORED_UNDER, STORED_UNDER.replace('uint160(channel.authorizer)', '0')],
    [CLAIMS, 'PackedVouchers.recover(place, voucher)', '0'],
  ],
  [
    'an old price is good for one delay more',
    [CLAIMS, '_lowerPrice(before.pricePerUnit(), leastPrice)', '_lowerPrice(leastPrice, leastPrice)'],
  ],
  [
    'an old price is good for no longer',
    [CLAIMS, 'changed && block.timestamp < content.scheduled.effectiveAtSec() + withdrawDelaySec', 'changed'],
  ],
  [
    'a price that is announced is not good yet',
    [
      CLAIMS,
      'bool changed = before.has(PackedTerms.HAS_SCHEDULED) && !terms.has(PackedTerms.HAS_SCHEDULED);',
      'bool changed = before.has(PackedTerms.HAS_SCHEDULED);',
    ],
    [
      CLAIMS,
      '_lowerPrice(before.pricePerUnit(), leastPrice)',
      '_lowerPrice(before.pricePerUnit(), content.scheduled.pricePerUnit())',
    ],
  ],
  ['a free content has no price', [CLAIMS, 'Math.min(one - 1, other - 1) + 1', 'Math.min(one, other)']],
  ['a flawed item rejects its voucher', [ITEMS, 'if or(iszero(units), rowFlaw) {', 'if iszero(units) {']],
  ['an item without units rejects its voucher', [ITEMS, 'if or(iszero(units), rowFlaw) {', 'if rowFlaw {']],
  ['an item points to a content', [ITEMS, 'if iszero(lt(index, length)) {', 'if 0 {']],
  ['a voucher is of one domain', [CLAIMS, 'voucher.domainSeparator = _domainSeparatorV4();', '']],
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
