import type { z } from 'zod';
import { toDecimalText } from '../../lib/money.ts';
import type { Coin } from '../../publishing/price.ts';
import type { KeptMedia, MeasuredPackaging } from '../../store/book.ts';
import type { ListedRow, Terms } from '../../store/store.ts';
import type { contentSchema, listedContent } from '../schemas/contents.ts';
import { checksumAddress } from './checksum-address.ts';

type Shown = Omit<z.input<typeof listedContent>, keyof z.input<typeof contentSchema>>;

/** What the catalogue shows beyond the listing itself. */
export function listedFields(
  { cidKey, views, streams, listings, first }: ListedRow,
  kept: KeptMedia | null,
  { terms, coin }: { terms: Terms; coin: Coin },
): Shown {
  const packaging = kept?.measured?.packaging ?? null;
  const total = priceForAll(terms, packaging);
  return {
    poster: packaging?.hasPoster ? `/ipfs/${cidKey}/poster.jpg` : null,
    preview_sec: packaging?.previewSec ?? null,
    price_for_all: total === null ? null : toDecimalText(total, coin.decimals ?? 0),
    price_for_all_base_units: total?.toString() ?? null,
    views,
    streams,
    listings,
    first_listing: {
      content_id: first.contentId,
      contract: checksumAddress(first.contract),
      content_creator_wallet: checksumAddress(first.creator),
    },
  };
}

/** For watching all of it once; `null` where it is sold by the minute and nobody here knows how many it has. */
function priceForAll({ pricePerUnit, unit }: Terms, packaging: MeasuredPackaging | null): bigint | null {
  if (unit !== 'minute' || pricePerUnit === 0n) return pricePerUnit;
  const soldUnits = packaging?.isProtected ? packaging.soldUnits : null;
  return soldUnits === null ? null : pricePerUnit * BigInt(soldUnits);
}
