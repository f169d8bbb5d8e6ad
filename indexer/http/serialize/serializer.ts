import type { z } from 'zod';
import { type TermsInForce, termsInForce } from '../../contract/effective-terms.ts';
import { toDecimalText } from '../../lib/money.ts';
import type { LiveStream } from '../../live/live.ts';
import type { Health } from '../../playback/probes/stream-health.ts';
import type { Coin } from '../../publishing/price.ts';
import type { KeptMedia, MediaFacts } from '../../store/book.ts';
import type { ContentRow, ListedRow, Terms, ViewRow } from '../../store/store.ts';
import type { contentSchema, listedContent, scheduledSchema } from '../schemas/contents.ts';
import type { recordSchema } from '../schemas/records.ts';
import type { streamSchema } from '../schemas/streams.ts';
import { checksumAddress } from './checksum-address.ts';
import { healthFields, streamIdOf } from './health-fields.ts';
import { isoTime } from './iso-time.ts';
import { listedFields } from './listed-fields.ts';
import { mediaFields } from './media-fields.ts';

/** Rows as the API shows them: checksummed addresses, decimal amounts, ISO times. */
export interface Serializer {
  content(row: ContentRow): Promise<z.input<typeof contentSchema>>;
  /** As the catalogue shows it. */
  listed(row: ListedRow): Promise<z.input<typeof listedContent>>;
  /** The documented columns and where the listing stands on chain, with these terms, or those in force. */
  listing(row: ContentRow, terms?: Terms): Promise<ReturnType<typeof listingFields>>;
  view(row: ViewRow): Promise<z.input<typeof recordSchema>>;
  /**
   * What shows each of these rows without waiting. Numbers among them stand for rows that need not be shown.
   * @throws {RpcError} as `describe` does
   */
  viewsOf(rows: readonly (ViewRow | number)[]): Promise<(row: ViewRow) => z.input<typeof recordSchema>>;
  /** @param health left out where it is told what became of a stream on chain */
  stream(row: LiveStream, health?: Health): z.input<typeof streamSchema>;
}

export function createSerializer(
  tokens: { describe(token: string): Promise<Coin> },
  book: Pick<MediaFacts, 'mediaFacts'>,
  nowSec: () => number,
): Serializer {
  async function contentWith(row: ContentRow, kept: KeptMedia | null) {
    const coin = await tokens.describe(row.token);
    const terms = termsInForce(row, nowSec());
    return {
      ...listingFields(row, terms, coin),
      unit: terms.unit,
      retired: terms.retired,
      scheduled: scheduledFields(row, terms, coin, nowSec()),
      metadata: row.metadata,
      media: mediaFields(kept),
      published_at: isoTime(row.publishedAtSec),
      block: row.publishedBlock,
    };
  }

  return {
    async listing(row, terms = termsInForce(row, nowSec())) {
      return listingFields(row, terms, await tokens.describe(row.token));
    },
    content: async (row) => contentWith(row, await book.mediaFacts(row.cidKey)),
    async listed(row) {
      const kept = await book.mediaFacts(row.cidKey);
      const content = await contentWith(row, kept);
      const coin = await tokens.describe(row.token);
      return { ...content, ...listedFields(row, kept, { terms: termsInForce(row, nowSec()), coin }) };
    },
    async view(row) {
      return viewFields(row, await tokens.describe(row.token));
    },
    async viewsOf(rows) {
      const coins = new Map<string, Coin>();
      for (const row of rows) {
        if (typeof row !== 'number' && !coins.has(row.token))
          coins.set(row.token, await tokens.describe(row.token));
      }
      return (row) => viewFields(row, coins.get(row.token) ?? notDescribed(row.token));
    },
    stream: (row, health) => ({
      id: streamIdOf(row),
      cid: row.cid,
      stream_url: row.url,
      content_distributor_wallet: checksumAddress(row.provider),
      content_creator_wallet: checksumAddress(row.creator),
      content_id: row.contentId,
      contract: checksumAddress(row.contract),
      registered_at: isoTime(row.registeredAtSec),
      ...(health && { health: healthFields(health) }),
    }),
  };
}

function notDescribed(token: string): never {
  throw new RangeError(`${token} is of none of the rows`);
}

/** Basis points to percent: 7,050 → 70.5. */
function percent(bps: number): number {
  return bps / 100;
}

/** An amount in the coin's unit; in base units where the coin tells no decimals. */
export function decimal(amount: bigint, { decimals }: Coin): string {
  return toDecimalText(amount, decimals ?? 0);
}

type Listed = Pick<ContentRow, 'cid' | 'videoName' | 'creator' | 'contentId' | 'contract'>;
type Priced = Pick<Terms, 'providerShareBps' | 'pricePerUnit'>;

/** A listing, whether it stands on chain or will. */
export function offerFields(row: Listed, terms: Priced, coin: Coin) {
  return {
    cid: row.cid,
    video_name: row.videoName,
    content_creator_wallet: checksumAddress(row.creator),
    ...termsFields(terms, coin),
    content_id: row.contentId,
    contract: checksumAddress(row.contract),
    ...coinFields(coin),
    price_base_units: terms.pricePerUnit.toString(),
  };
}

function listingFields(row: ContentRow, terms: Terms, coin: Coin) {
  return { ...offerFields(row, terms, coin), tx_hash: row.txHash };
}

export function termsFields({ providerShareBps, pricePerUnit }: Priced, coin: Coin) {
  return {
    creator_share: percent(10_000 - providerShareBps),
    provider_share: percent(providerShareBps),
    price: decimal(pricePerUnit, coin),
  };
}

/** `null` once the change is in force: it is then what the listing shows. */
function scheduledFields(
  { scheduled }: ContentRow,
  inForce: TermsInForce,
  coin: Coin,
  nowSec: number,
): z.input<typeof scheduledSchema> | null {
  if (scheduled === null || scheduled.effectiveAtSec <= nowSec) return null;
  const terms = scheduled.terms ?? inForce;
  return {
    effective_at: isoTime(scheduled.effectiveAtSec),
    retires: scheduled.terms === null,
    ...termsFields(terms, coin),
    price_base_units: terms.pricePerUnit.toString(),
    unit: terms.unit,
  };
}

function viewFields(row: ViewRow, coin: Coin): z.input<typeof recordSchema> {
  const part = (amount: bigint | null) => (amount === null ? null : decimal(amount, coin));
  return {
    cid: row.cid,
    blockchain_address: checksumAddress(row.viewer),
    provider_wallet: checksumAddress(row.provider),
    creator_wallet: checksumAddress(row.creator),
    price: decimal(row.price, coin),
    timestamp: isoTime(row.timestampSec),
    id: row.id,
    source: row.source,
    settled: row.settled,
    units: row.units,
    amount: decimal(row.amount, coin),
    amount_base_units: row.amount.toString(),
    creator_amount: part(row.creatorAmount),
    provider_amount: part(row.providerAmount),
    payer: row.payer === null ? null : checksumAddress(row.payer),
    sponsor: row.source === 'sponsored' && row.payer !== null ? checksumAddress(row.payer) : null,
    attributed: row.attributed,
    ...coinFields(coin),
    reported_units: row.reportedUnits,
    content_id: row.contentId,
    contract: checksumAddress(row.contract),
    tx_hash: row.txHash,
    block: row.blockNumber,
  };
}

export function coinFields({ address, symbol, verified, decimals }: Coin) {
  return {
    token: checksumAddress(address),
    token_symbol: symbol,
    token_verified: verified,
    token_decimals: decimals,
  };
}
