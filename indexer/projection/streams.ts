import type {
  ClaimDelegateSet,
  StreamDeregistered,
  StreamRegistered,
  StreamUpdated,
} from '../contract/events.ts';
import type { ChainFeedEvent, RowChange, Value } from '../store/rows.ts';
import { type LogPosition, type Lookup, logKey } from './log-position.ts';

export function streamRegistered(event: StreamRegistered, at: LogPosition, lookup: Lookup): RowChange[] {
  const { cid, cidKey, creator } = lookup.listing(at.contract, event.contentId);
  return stream(event, at, 'stream.registered', {
    cid,
    cid_key: cidKey,
    creator,
    url: event.url,
    active: 1,
    registered_at: at.timestampSec,
    tx_hash: at.txHash,
  });
}

export function streamUpdated(event: StreamUpdated, at: LogPosition): RowChange[] {
  return stream(event, at, 'stream.updated', { url: event.url, tx_hash: at.txHash });
}

/** The row stays: a stream that ended is history, not a mistake. */
export function streamDeregistered(event: StreamDeregistered, at: LogPosition): RowChange[] {
  return stream(event, at, 'stream.ended', { active: 0 });
}

export function claimDelegateSet({ provider, delegate }: ClaimDelegateSet, at: LogPosition): RowChange[] {
  const set = { contract: at.contract, provider, delegate, since: at.timestampSec };
  return [{ table: 'claim_delegates', key: logKey(at), set }];
}

function stream(
  { contentId, provider }: { contentId: string; provider: string },
  { contract }: LogPosition,
  feedEvent: ChainFeedEvent,
  set: Record<string, Value>,
): RowChange[] {
  return [{ table: 'streams', key: { contract, content_id: contentId, provider }, set, feedEvent }];
}
