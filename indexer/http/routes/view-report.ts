import type { z } from 'zod';
import { PriceDiffers, recordView } from '../../payouts/report-view.ts';
import { findListing } from '../../publishing/find-listing.ts';
import { priceInBaseUnits } from '../../publishing/price.ts';
import type { RecordedReport } from '../../store/store.ts';
import type { AppDeps } from '../deps.ts';
import { problem } from '../problems/codes.ts';
import type { viewReport } from '../schemas/records.ts';
import { decimal } from '../serialize/serializer.ts';

/**
 * Records the view that a client reports.
 * @throws {HttpProblem} `price_differs`; the errors of `findListing`, `priceInBaseUnits` and `recordView`.
 */
export async function reportView(
  { store, contract, tokens, nowSec }: AppDeps,
  report: z.output<typeof viewReport>,
): Promise<RecordedReport> {
  const { cid, creator_wallet: creator, token } = report;
  const listing = await findListing(store, { cid, creator, token });
  const coin = await tokens.describe(listing.token);
  const view = {
    listing,
    viewer: report.blockchain_address,
    provider: report.provider_wallet,
    price: priceInBaseUnits(report.price, coin),
    viewTimeSec: report.timestamp,
    txHash: report.tx_hash ?? null,
  };
  return await recordView({ store, chain: contract, nowSec }, view).catch((error: unknown) => {
    if (!(error instanceof PriceDiffers)) throw error;
    const expected = decimal(error.expected, coin);
    const detail = `The price in force on chain is ${expected} ${coin.symbol}.`;
    throw problem('price_differs', detail, { field: 'price', example: expected, cause: error });
  });
}
