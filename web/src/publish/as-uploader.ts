import { inSession } from '../api/session.ts';
import type { Steps } from '../contract/calls.ts';
import type { Actor } from '../contract/use-write.ts';

/** Does what needs a session of the wallet, but on the development chain, where nobody signs in to upload. */
export async function asUploader<T>(
  { wallet, chain }: Actor,
  steps: Steps,
  work: (token: string | null) => Promise<T>,
): Promise<T> {
  if (!chain.unsigned) return await inSession(wallet, steps, work);
  steps.working();
  return await work(null);
}
