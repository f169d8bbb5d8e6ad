import type { HostContract } from '../contract/stream-host.ts';
import { viewRef } from '../contract/view-ref.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { errorWith } from '../lib/errors.ts';
import type { Reports } from '../store/book.ts';
import type { Catalogue, ContentRow, ReportedViews } from '../store/store.ts';

/** A view that a client says has happened. Addresses in any case. */
export interface ViewReport {
  listing: ContentRow;
  viewer: string;
  provider: string;
  /** Of one unit, base units of the listing's coin. */
  price: bigint;
  viewTimeSec: number;
  /** The payment, where the viewer paid on chain. */
  txHash: string | null;
}

export interface ReportDeps {
  store: Pick<Catalogue, 'stream'> & Pick<ReportedViews, 'coveringView'>;
  book: Reports;
  chain: Pick<HostContract, 'termsInForce' | 'hasStream'>;
  nowSec?: () => number;
}

export interface RecordedView {
  /** False when the same report was known already. */
  isNew: boolean;
  /** Row id of the on-chain view that covers it. */
  linkedTo: string | null;
}

/** The reported price is not the one in force on chain. */
export class PriceDiffers extends errorWith<{
  /** Base units. */
  expected: bigint;
}>(({ expected }) => `The price in force on chain is ${expected} base units.`) {}

/** The chain does not (yet) know the content: there is no price to compare with. */
export class ContentUnknown extends errorWith<{ contentId: string }>(
  ({ contentId }) => `The chain does not know content ${contentId}.`,
) {}

export class ViewInFuture extends errorWith<{ latestSec: number }>(
  () => 'The time of the view lies in the future.',
) {}

/** The provider never served this content. */
export class NotServedBy extends errorWith<{ provider: string }>(
  ({ provider }) => `${provider} has never registered a stream of this content.`,
) {}

/** How far the reporter's clock may be ahead of ours. */
const CLOCK_SKEW_SEC = 300;

/**
 * Records a view once, however often and however concurrently it is reported, and links it to the payment on
 * chain that covers it.
 * @throws {ViewInFuture}, {NotServedBy}, {ContentUnknown}, {PriceDiffers}
 */
export async function recordView(deps: ReportDeps, view: ViewReport): Promise<RecordedView> {
  const { contract, contentId, cid, cidKey, creator, token } = view.listing;
  const viewer = view.viewer.toLowerCase();
  const provider = view.provider.toLowerCase();
  const receivedAtSec = deps.nowSec?.() ?? Math.floor(Date.now() / 1000);

  const latestSec = receivedAtSec + CLOCK_SKEW_SEC;
  if (view.viewTimeSec > latestSec) throw new ViewInFuture({ latestSec });
  if (!(await serves(deps, view.listing, provider))) throw new NotServedBy({ provider: view.provider });
  const terms = await deps.chain.termsInForce(contract, contentId);
  if (terms === null) throw new ContentUnknown({ contentId });
  if (view.price !== terms.pricePerUnit) throw new PriceDiffers({ expected: terms.pricePerUnit });

  const { viewTimeSec, price } = view;
  const ref = viewRef({ contentId, viewer, provider, viewTimeSec });
  const txHash = view.txHash?.toLowerCase() ?? null;
  const listed = { contract, contentId, cid, cidKey, creator, token };
  const report = { ...listed, ref, viewer, provider, price, viewTimeSec, txHash, receivedAtSec };
  const isNew = await deps.book.recordReport(report);
  crashPoint('report.recorded');
  return { isNew, linkedTo: await deps.store.coveringView(ref) };
}

/** The chain is asked only where the index does not know the stream: it may be a block behind. */
async function serves({ store, chain }: ReportDeps, listing: ContentRow, provider: string): Promise<boolean> {
  const { contract, contentId } = listing;
  if ((await store.stream(contract, contentId, provider)) !== null) return true;
  return chain.hasStream(contract, contentId, provider);
}
