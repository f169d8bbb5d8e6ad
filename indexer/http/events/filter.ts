import type { Kind, Message } from '../feed/message.ts';

/** What a client wants to hear of; all that is left out is wanted. */
export interface EventFilter {
  kinds?: ReadonlySet<Kind> | undefined;
  /** Canonical. */
  cidKey?: string | undefined;
  /** Lower case; as creator, provider or viewer. */
  wallet?: string | undefined;
}

export function isWanted({ kind, concerns }: Message, { kinds, cidKey, wallet }: EventFilter): boolean {
  if (kind === null) return true;
  const { creator, provider, viewer } = concerns;
  return (
    (kinds === undefined || kinds.has(kind)) &&
    (cidKey === undefined || concerns.cidKey === cidKey) &&
    (wallet === undefined || creator === wallet || provider === wallet || viewer === wallet)
  );
}
