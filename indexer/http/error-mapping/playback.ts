import {
  type AccessPart,
  AccessRefused,
  MirrorBehind,
  PlayRefused,
  StreamsElsewhere,
} from '../../playback/errors.ts';
import { SecretRefused } from '../../playback/keys/content-secrets.ts';
import { type ProofObjection, ProofRefused } from '../../playback/probes/proofs.ts';
import { TakenDown } from '../../playback/takedown/taken-down.ts';
import { type Code, problem } from '../problems/codes.ts';
import { howToPay, RETRY_BEHIND_SEC } from './how-to-pay.ts';
import { mapping, type Told, told } from './mapping.ts';

/** This host, and nobody before it (RFC 7725). */
const BLOCKED_BY = '</>; rel="blocked-by"';
const REFUSED: Record<PlayRefused['reason'], [Code, field: string]> = {
  unpaid: ['payment_required', 'cid'],
  retired: ['content_retired', 'cid'],
  token: ['token_invalid', 'token'],
};
const FIELDS: Record<AccessPart, string> = {
  provider: 'provider',
  audience: 'audience',
  contentId: 'content_id',
  contract: 'contract',
  channelId: 'channel_id',
  nonce: 'nonce',
  expiresAtSec: 'expires_at_sec',
  signature: 'signature',
};

const SECRET_REFUSED: Record<SecretRefused['objection'], Told> = {
  unknown: ['secret_unknown', 'cid'],
  'of another': ['owned_by_another', 'cid'],
  'not here': ['media_not_found', 'cid'],
  'not protected': ['not_protected', 'cid'],
  differs: ['secret_differs', 'secret'],
};

const PROOF_REFUSED: Record<ProofObjection, Told> = {
  'other stream': ['proof_other_stream', 'receipt.content_id'],
  later: ['proof_later', 'receipt.issued_at_sec'],
  'other key': ['proof_other_key', 'key'],
  'not signed': ['proof_not_signed', 'signature'],
  'no content': ['proof_no_content', 'id'],
  'no unit': ['proof_no_unit', 'receipt.unit'],
  'right key': ['proof_right_key', 'key'],
};

/** What keeps a file that is sold from who asks for it. */
export const PLAYBACK_ERRORS = [
  mapping(MirrorBehind, ({ message }) =>
    problem('mirror_behind', message, { extra: { retry_after_sec: RETRY_BEHIND_SEC } }),
  ),
  mapping(SecretRefused, (error) => told(SECRET_REFUSED[error.objection], error)),
  mapping(ProofRefused, (error) => told(PROOF_REFUSED[error.objection], error)),
  mapping(TakenDown, ({ message }) =>
    problem('taken_down', message, { field: 'cid', headers: { Link: BLOCKED_BY } }),
  ),
  mapping(StreamsElsewhere, ({ message }) => problem('streams_elsewhere', message)),
  mapping(PlayRefused, async ({ message, reason, offers }, context) => {
    // Nobody is told to pay for what is not sold.
    if (reason === 'unpaid' && (await context.elsewhere.keepsFromSelling()))
      return problem('streams_elsewhere', new StreamsElsewhere().message);
    const [code, field] = REFUSED[reason];
    const bearer = code === 'token_invalid' && {
      'WWW-Authenticate': 'Bearer realm="stream-host", error="invalid_token"',
    };
    return problem(code, message, {
      field,
      headers: { ...howToPay(offers, { error: code }, context), ...bearer },
    });
  }),
  mapping(AccessRefused, ({ message, part, right, offers }, context) => {
    const headers = howToPay(offers, { error: 'access_invalid' }, context);
    return problem('access_invalid', message, { field: FIELDS[part], example: right, headers });
  }),
];
