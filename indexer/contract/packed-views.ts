import { dataLength, dataSlice, solidityPacked, toNumber } from 'ethers';
import { counterOf, nonceAt } from './sponsor-nonce.ts';

/** A reported view that nobody paid yet, with the terms that the chain holds for its content right now. */
export interface DueView {
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
export interface NumberedView extends DueView {
  sponsorNonce: bigint;
}

/** What `sponsorViews` takes for the views of one content. */
export interface SponsoredContent {
  contentId: string;
  unitPrice: bigint;
  /** 53 bytes a view: viewer, provider, uint32 units, uint40 viewTimeSec, uint32 counter. */
  views: string;
}

const VIEW_BYTES = 53;
const COUNTER_AT = 49;
/** In the event 58 bytes follow each view; the first 32 are its ref. */
const LOGGED_BYTES = 111;
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
  return slices(views, VIEW_BYTES).map((view) => {
    return nonceAt(lane, toNumber(dataSlice(view, COUNTER_AT, VIEW_BYTES)));
  });
}

/** The refs of the views in a `ViewsSponsored` event. */
export function refsOfLogged(views: string): string[] {
  return slices(views, LOGGED_BYTES).map((view) => dataSlice(view, VIEW_BYTES, VIEW_BYTES + 32));
}

function packView(view: NumberedView): string {
  return solidityPacked(
    ['address', 'address', 'uint32', 'uint40', 'uint32'],
    [view.viewer, view.provider, ONE_UNIT, view.viewTimeSec, counterOf(view.sponsorNonce)],
  );
}

/** Cuts the text, since ethers' dataSlice converts all of it each time. */
function slices(bytes: string, size: number): string[] {
  return Array.from({ length: Math.floor(dataLength(bytes) / size) }, (_, index) => {
    const start = 2 + index * size * 2;
    return `0x${bytes.slice(start, start + size * 2)}`;
  });
}
