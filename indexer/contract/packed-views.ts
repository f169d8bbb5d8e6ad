import { solidityPacked } from 'ethers';
import { packedViewsIn } from '../../types/stream-host-events.ts';
import { PACKED_LAYOUTS } from './packed-layouts.ts';
import { counterOf, nonceAt } from './sponsor-nonce.ts';

/** A reported view that nobody paid yet, with the terms that the chain holds for its content right now. */
export interface UnpaidView {
  ref: string;
  contract: string;
  contentId: string;
  cid: string;
  token: string;
  creator: string;
  viewer: string;
  provider: string;
  viewTimeSec: number;
  /** Price of one unit in force, base units of the coin. A report is one unit. */
  price: bigint;
  providerShareBps: number;
  /** Once assigned, kept for ever; `null` before. */
  sponsorNonce: bigint | null;
}

/** A view that has its nonce. */
export interface NumberedView extends UnpaidView {
  sponsorNonce: bigint;
}

/** What `sponsorViews` takes for the views of one content. */
export interface SponsoredContent {
  contentId: string;
  unitPrice: bigint;
  /** A `PackedView` for each view. */
  views: string;
}

const VIEW_TYPES = Object.values(PACKED_LAYOUTS.PackedView);
const ONE_UNIT = 1;

/** Views grouped by content, in the order given: views of one content should follow each other. */
export function packViews(views: NumberedView[]): SponsoredContent[] {
  const groups = Map.groupBy(views, (view) => `${view.contentId} ${view.price}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const packed = group.map((view) => packView(view).slice(2)).join('');
    return [{ contentId: first.contentId, unitPrice: first.price, views: `0x${packed}` }];
  });
}

/** The nonces that packed views of a call name. */
export function noncesOfPacked(lane: bigint, views: string): bigint[] {
  return packedViewsIn(views).map(({ counter }) => nonceAt(lane, counter));
}

function packView(view: NumberedView): string {
  const { viewer, provider, viewTimeSec, sponsorNonce } = view;
  return solidityPacked(VIEW_TYPES, [viewer, provider, ONE_UNIT, viewTimeSec, counterOf(sponsorNonce)]);
}
