import { getAddress } from 'ethers';
import { RecipientUnfit } from '../../playback/grants/box.ts';
import {
  KeyGrantsOff,
  KeyNotGranted,
  KeySignatureRefused,
  type SignedFault,
} from '../../playback/grants/errors.ts';
import { type Code, problem } from '../problems/codes.ts';
import { mapping, told } from './mapping.ts';

const REFUSED: Record<SignedFault, [Code, field: string]> = {
  over: ['signature_expired', 'expires_at_sec'],
  'too far ahead': ['authorization_too_long', 'expires_at_sec'],
  'for another host': ['audience_differs', 'audience'],
  'not signed': ['signature_invalid', 'signature'],
  used: ['key_request_used', 'signature'],
};
/** A provider that waits for its creator need not ask more often. */
const RETRY_SEC = 5;

/** What keeps the keys of a video from a provider. */
export const KEY_GRANT_ERRORS = [
  mapping(KeyGrantsOff, ({ message }) => problem('key_grants_off', message)),
  mapping(RecipientUnfit, (error) => told(['bad_recipient', 'recipient'], error)),
  mapping(KeySignatureRefused, ({ message, fault, of, right }) => {
    const [code, name] = REFUSED[fault];
    const field = of === 'shown grant' ? `grant.${name}` : name;
    return problem(code, message, { field, example: right });
  }),
  mapping(KeyNotGranted, ({ message, contract, contentId, creator, provider, askedUntilSec }) =>
    problem('key_not_granted', message, {
      field: 'grant',
      extra: {
        content_id: contentId,
        contract: getAddress(contract),
        content_creator_wallet: creator,
        provider,
        asked_until_sec: askedUntilSec,
        retry_after_sec: RETRY_SEC,
      },
    }),
  ),
];
