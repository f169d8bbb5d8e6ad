import { EVENT_TOPICS } from '../../types/stream-host-events.ts';
import { decode } from '../contract/decode/decode.ts';
import type { RawLog } from '../rpc/log.ts';
import type { Rpc } from '../rpc/rpc.ts';
import { historicalBlocks } from '../sync/historical.ts';
import { LogSource } from '../sync/log-source.ts';

/** What the chain says was paid, whoever paid it. */
export interface PaidViews {
  /** Refs of sponsored views. */
  refs: Set<string>;
  /** `viewKey` of views that their viewers paid themselves. */
  keys: Set<string>;
}

/** What was paid through `contract` in the blocks `[fromBlock, head]`. @throws {RpcError} */
export type ReadPaidViews = (contract: string, fromBlock: number) => Promise<PaidViews>;

/** A view as a direct payment shows it, which knows no time of the view. */
export function viewKey(view: { contentId: string; viewer: string; provider: string }): string {
  return [view.contentId, view.viewer, view.provider].join(' ').toLowerCase();
}

const TOPICS = [EVENT_TOPICS.ViewPaid, EVENT_TOPICS.ViewsSponsored];

export function paidViewsReader(rpc: Rpc, signal: AbortSignal = new AbortController().signal): ReadPaidViews {
  return async (contract, fromBlock) => {
    const source = new LogSource({ rpc, addresses: [contract], topics: TOPICS });
    const paid: PaidViews = { refs: new Set(), keys: new Set() };
    const { number: to } = await source.head();
    for await (const blocks of historicalBlocks(source, { from: fromBlock, to }, signal)) {
      for (const log of blocks.flatMap((block) => block.logs)) addTo(paid, log);
    }
    return paid;
  };
}

function addTo(paid: PaidViews, log: RawLog): void {
  const event = decode(log);
  if (event?.name === 'ViewsSponsored') for (const { ref } of event.views) paid.refs.add(ref);
  else if (event?.name === 'ViewPaid') paid.keys.add(viewKey(event));
}
