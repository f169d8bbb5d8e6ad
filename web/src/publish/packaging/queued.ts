import { createStoredValue, useStore } from '../../lib/store.ts';
import type { Draft } from '../draft.ts';

/** An upload that the host packages before it can be published. */
export interface QueuedUpload {
  id: string;
  draft: Draft;
  wallet: string;
  /** As far as this browser knows it. */
  durationSec?: number | null;
}

const stored = createStoredValue<QueuedUpload | null>('packaging', null);

/** Remembers it over reloads. */
export const queue = stored.set;

/** The upload of this wallet that is being packaged, as far as this browser knows. */
export function useQueued(wallet: string | undefined): QueuedUpload | undefined {
  const queued = useStore(stored);
  return queued && queued.wallet === wallet ? queued : undefined;
}
