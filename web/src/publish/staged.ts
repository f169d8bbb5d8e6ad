import { createStoredValue, useStore } from '../lib/store.ts';
import type { Draft } from './draft.ts';

/** An upload that waits at the host until its creator publishes it. */
export interface StagedUpload {
  cid: string;
  draft: Draft;
  wallet: string;
  /** ISO 8601: then the host removes it. */
  expiresAt: string;
}

const stored = createStoredValue<StagedUpload | null>('staged', null);

export const stage = stored.set;

/** The upload of this wallet, in this browser, that is not published yet. */
export function useStaged(wallet: string | undefined): StagedUpload | undefined {
  const staged = useStore(stored);
  return staged && staged.wallet === wallet && Date.parse(staged.expiresAt) > Date.now() ? staged : undefined;
}
