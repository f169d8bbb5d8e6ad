import type { ContentPublished, ContentRetired, TermsCancelled, TermsScheduled } from '../contract/events.ts';
import type { Unit } from '../lib/unit.ts';
import { nameKey } from '../store/name-key.ts';
import type { ChainFeedEvent, RowChange, Value } from '../store/rows.ts';
import type { Terms } from '../store/store.ts';
import { type LogPosition, listingOf, logKey } from './log-position.ts';

const NOTHING_SCHEDULED = {
  scheduled_effective_at: null,
  scheduled_retired: null,
  scheduled_price: null,
  scheduled_provider_share_bps: null,
  scheduled_unit: null,
};

export function contentPublished(event: ContentPublished, at: LogPosition): RowChange[] {
  const { videoName, metadata, unit } = event;
  const named = { video_name: videoName, name_key: nameKey(videoName), metadata };
  const units = announced(event, at, { unit, unit_before: null });
  // What is published again keeps its place, and stays retired, at the terms it had, until the notice is over.
  const isAgain = event.effectiveAtSec > at.timestampSec;
  if (isAgain)
    return [content(event, at, 'content.published', { ...named, retired: 1, ...scheduled(event) }), units];
  const { cid, cidKey, creator, token } = listingOf(event);
  const listed = {
    cid,
    cid_key: cidKey,
    content_creator_wallet: creator,
    token,
    ...named,
    ...inForce(event),
    ...NOTHING_SCHEDULED,
    published_at: at.timestampSec,
    tx_hash: at.txHash,
    published_block: at.blockNumber,
    published_log_index: at.logIndex,
  };
  return [content(event, at, 'content.published', listed), units];
}

export function termsScheduled(event: TermsScheduled, at: LogPosition): RowChange[] {
  const {
    pricePerUnitBefore: pricePerUnit,
    providerShareBpsBefore: providerShareBps,
    unitBefore: unit,
  } = event;
  const before = inForce({ pricePerUnit, providerShareBps, unit });
  return [
    content(event, at, 'content.terms_scheduled', { ...before, ...scheduled(event) }),
    announced(event, at, { unit: event.unit, unit_before: unit }),
  ];
}

export function termsCancelled(event: TermsCancelled, at: LogPosition): RowChange[] {
  return [
    content(event, at, 'content.terms_cancelled', NOTHING_SCHEDULED),
    announced({ ...event, effectiveAtSec: at.timestampSec }, at, { unit: null, unit_before: null }),
  ];
}

export function contentRetired(event: ContentRetired, at: LogPosition): RowChange[] {
  const retiring = content(event, at, 'content.retired', {
    ...inForce(event),
    ...NOTHING_SCHEDULED,
    scheduled_effective_at: event.effectiveAtSec,
    scheduled_retired: 1,
  });
  return [retiring, announced(event, at, { unit: event.unit, unit_before: event.unit })];
}

/** A payment is of the unit in force at its block, however often the terms have changed since. */
function announced(
  { contentId, effectiveAtSec }: { contentId: string; effectiveAtSec: number },
  at: LogPosition,
  units: { unit: Unit | null; unit_before: Unit | null },
): RowChange {
  const { contract, timestampSec } = at;
  const key = { contract, content_id: contentId, announced_at: timestampSec, ...logKey(at) };
  return { table: 'announced_units', key, set: { effective_at: effectiveAtSec, ...units } };
}

function content(
  { contentId }: { contentId: string },
  at: LogPosition,
  feedEvent: ChainFeedEvent,
  set: Record<string, Value>,
): RowChange {
  const key = { contract: at.contract, content_id: contentId };
  return { table: 'content_metadata', key, set, feedEvent };
}

function inForce({ pricePerUnit, providerShareBps, unit }: Terms): Record<string, Value> {
  return { price: pricePerUnit, provider_share_bps: providerShareBps, unit, retired: 0 };
}

function scheduled(event: Terms & { effectiveAtSec: number }): Record<string, Value> {
  return {
    scheduled_effective_at: event.effectiveAtSec,
    scheduled_retired: 0,
    scheduled_price: event.pricePerUnit,
    scheduled_provider_share_bps: event.providerShareBps,
    scheduled_unit: event.unit,
  };
}
