import { RelayRefused } from '../../contract/calls/call-errors.ts';
import type { MinedCall } from '../../contract/calls/writer.ts';
import { RetryableError } from '../../lib/errors.ts';
import type { ViewersRelay } from '../open.ts';
import type { Submission } from '../submission.ts';

/** Sends what anybody may send. @throws {RelayRefused} where this host sends nothing, and as `Submitter.submitOnce` */
export async function submitForViewer(
  { accepts, submitter }: ViewersRelay,
  submission: Submission,
): Promise<MinedCall | null> {
  const { call } = submission;
  if (submitter !== null && accepts(call.account)) return await submitter.submitOnce(submission);
  const message = 'This host submits no calls of wallets.';
  throw new RelayRefused(message, { reason: 'not allowed', call, retryAfterSec: null });
}

/** The chain moved each time while the call was on its way: something may have been sent, so it is no refusal. */
export function contradicted(): RetryableError {
  return new RetryableError('The nodes of the chain contradict each other on what became of the call.');
}
