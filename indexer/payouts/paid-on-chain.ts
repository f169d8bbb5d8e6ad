import { hostInterface } from '../contract/interface.ts';
import { refsOfLogged } from '../contract/packed-views.ts';
import type { Rpc } from '../rpc/rpc.ts';
import { backfill } from '../sync/historical.ts';
import { createChainSource } from '../sync/log-source.ts';

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

const TOPICS = ['ViewPaid', 'ViewsSponsored'].map((name) => topicOf(name));

export function paidViewsReader(rpc: Rpc, signal: AbortSignal = new AbortController().signal): ReadPaidViews {
  return async (contract, fromBlock) => {
    const source = createChainSource({ rpc, addresses: [contract], topics: TOPICS });
    const paid: PaidViews = { refs: new Set(), keys: new Set() };
    const { number: to } = await source.head();
    for await (const blocks of backfill(source, { from: fromBlock, to }, signal)) {
      for (const log of blocks.flatMap((block) => block.logs)) addTo(paid, log);
    }
    return paid;
  };
}

function addTo(paid: PaidViews, log: { topics: string[]; data: string }): void {
  const event = hostInterface.parseLog(log);
  if (event?.name === 'ViewsSponsored') {
    for (const ref of refsOfLogged(event.args.views)) paid.refs.add(ref);
  } else if (event?.name === 'ViewPaid') {
    const { contentId, viewer, provider } = event.args;
    paid.keys.add(viewKey({ contentId, viewer, provider }));
  }
}

function topicOf(name: string): string {
  const event = hostInterface.getEvent(name);
  if (!event) throw new Error(`the contract has no event ${name}`);
  return event.topicHash;
}
