import { type AccessPart, AccessRefused, MirrorBehind, PlayRefused } from '../../playback/errors.ts';
import type { OwnOffer } from '../../playback/offers.ts';
import { paymentRequired } from '../../playback/payment-required.ts';
import type { AppDeps } from '../deps.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';

type Deps = Pick<AppDeps, 'chain' | 'provider'>;

const RETRY_BEHIND_SEC = 2;
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
  nonce: 'nonce',
  expiresAtSec: 'expires_at_sec',
  signature: 'signature',
};

/** What keeps a file that is sold from who asks for it; undefined for any other error. */
export function playProblem(error: unknown, deps: Deps): HttpProblem | undefined {
  if (error instanceof MirrorBehind)
    return problem('mirror_behind', error.message, { extra: { retry_after_sec: RETRY_BEHIND_SEC } });
  if (error instanceof PlayRefused) {
    const [code, field] = REFUSED[error.reason];
    const bearer = code === 'token_invalid' && {
      'WWW-Authenticate': 'Bearer realm="stream-host", error="invalid_token"',
    };
    const headers = { ...howToPay(error.offers, code, deps), ...bearer };
    return problem(code, error.message, { field, headers });
  }
  if (error instanceof AccessRefused) {
    const { message, part, right, offers } = error;
    const headers = howToPay(offers, 'access_invalid', deps);
    return problem('access_invalid', message, { field: FIELDS[part], example: right, headers });
  }
  return undefined;
}

function howToPay(
  offers: readonly OwnOffer[],
  error: Code,
  { provider, chain: { chainId } }: Deps,
): Record<string, string> {
  if (provider === null || offers.length === 0) return {};
  return { 'PAYMENT-REQUIRED': paymentRequired(offers, { provider, chainId, error }) };
}
