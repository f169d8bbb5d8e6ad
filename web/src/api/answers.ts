import { z } from 'zod/mini';

// What this page reads of the host's answers, under the host's own names. Amounts are decimal text in the coin's unit,
// `…_base_units` whole numbers as text, times ISO 8601, addresses checksummed.

/** What a price is for, in the order of the contract's numbers. */
export const UNITS = ['view', 'minute', 'day'] as const;
export type Unit = (typeof UNITS)[number];

/** An unverified coin has a part of its address as symbol; a coin without decimals has its amounts in base units. */
export const coin = {
  token: z.string(),
  token_symbol: z.string(),
  token_verified: z.boolean(),
  token_decimals: z.nullable(z.number()),
};
const place = { content_id: z.string(), contract: z.string() };

export const chainFacts = z.object({
  chain_id: z.number(),
  contract: z.string(),
  rpc_url: z.nullable(z.string()),
  unsigned: z.boolean(),
  open_gateway: z.boolean(),
  relay: z.enum(['off', 'allowlist', 'open']),
  /** The provider that this host serves for; older hosts do not send it. */
  provider_wallet: z.optional(z.nullable(z.string())),
  /** From how much on it pays the gas of deposits with that provider, by coin; older hosts do not send it. */
  relayed_deposits: z.optional(z.array(z.object({ token: z.string(), min_base_units: z.string() }))),
  /** In which coins it gives deposits with that provider back on the word of their keys; older hosts do not send it. */
  released_coins: z.optional(z.array(z.string())),
  /** Those that are what they call themselves; older hosts do not send it. */
  coins: z.optional(z.array(z.object(coin))),
  indexed_block: z.nullable(z.number()),
  max_upload_bytes: z.number(),
});
export type ChainFacts = z.infer<typeof chainFacts>;

const scheduled = z.object({
  effective_at: z.string(),
  retires: z.boolean(),
  price: z.string(),
  unit: z.enum(UNITS),
});

const media = z.object({
  /** A clear file, encrypted segments, or clear ones; older hosts do not send it. */
  form: z.optional(z.enum(['file', 'protected', 'packaged'])),
  is_video: z.nullable(z.boolean()),
  duration_sec: z.nullable(z.number()),
  /** Older hosts do not send it. */
  height: z.optional(z.nullable(z.number())),
});

const content = z.object({
  cid: z.string(),
  video_name: z.string(),
  content_creator_wallet: z.string(),
  creator_share: z.number(),
  provider_share: z.number(),
  price: z.string(),
  price_base_units: z.string(),
  ...coin,
  ...place,
  unit: z.enum(UNITS),
  retired: z.boolean(),
  scheduled: z.nullable(scheduled),
  /** What its creator says of it: any text; older hosts do not send it. */
  metadata: z.optional(z.string()),
  published_at: z.string(),
  /** `null` where it is not on this host; older hosts do not send it. */
  media: z.optional(z.nullable(media)),
  /** A path at the host; older hosts do not send it. */
  poster: z.optional(z.nullable(z.string())),
});
export type Content = z.infer<typeof content>;

/** Whether both name one listing: a CID can have several, also in older contracts. */
export function isSameListing(one: Listing, other: Listing): boolean {
  return one.content_id === other.content_id && one.contract === other.contract;
}

type Listing = Pick<Content, 'content_id' | 'contract'>;

const nextCursor = z.nullable(z.string());
/** Older hosts send nothing of what it has beyond the listing. */
const listed = z.extend(content, {
  preview_sec: z.optional(z.nullable(z.number())),
  price_for_all: z.optional(z.nullable(z.string())),
  views: z.optional(z.number()),
  streams: z.optional(z.number()),
  /** Of its CID. */
  listings: z.optional(z.number()),
  first_listing: z.optional(z.object({ ...place, content_creator_wallet: z.string() })),
});
/** As the catalogue shows it. */
export type ListedContent = z.infer<typeof listed>;
export const contentsPage = z.object({ contents: z.array(listed), next_cursor: nextCursor });
export const contentListings = z.object({
  contents: z.array(content),
  /** The first of all listings of the CID, whatever the query. */
  first: z.optional(z.nullable(z.object(place))),
});
export type ContentListings = z.infer<typeof contentListings>;

const health = z.object({
  state: z.string(),
  reason: z.nullable(z.string()),
  checked_at: z.nullable(z.string()),
  latency_ms: z.nullable(z.number()),
  last_proof: z.nullable(z.object({ filed_at: z.string(), receipt: z.object({ unit: z.number() }) })),
});
/** What the host has found of a stream. */
export type Health = z.infer<typeof health>;

const stream = z.object({
  cid: z.string(),
  stream_url: z.string(),
  content_distributor_wallet: z.string(),
  content_creator_wallet: z.string(),
  ...place,
  registered_at: z.string(),
  health: z.optional(health),
});
export type Stream = z.infer<typeof stream>;
export const streams = z.object({ streams: z.array(stream) });

const channel = z.object({
  channel_id: z.string(),
  contract: z.string(),
  viewer_wallet: z.string(),
  provider_wallet: z.string(),
  authorizer: z.string(),
  salt: z.string(),
  ...coin,
  deposit: z.string(),
  deposit_base_units: z.string(),
  opened_at: z.string(),
  withdrawable_at: z.nullable(z.string()),
});
/** A deposit for one provider. */
export type ChannelAnswer = z.infer<typeof channel>;
export const channelsPage = z.object({ channels: z.array(channel), next_cursor: nextCursor });

const record = z.object({
  id: z.string(),
  cid: z.string(),
  blockchain_address: z.string(),
  provider_wallet: z.string(),
  timestamp: z.string(),
  source: z.enum(['direct', 'voucher', 'sponsored', 'reported']),
  settled: z.boolean(),
  units: z.number(),
  amount: z.string(),
  creator_amount: z.nullable(z.string()),
  provider_amount: z.nullable(z.string()),
  sponsor: z.nullable(z.string()),
  /** The viewer has neither paid nor signed: somebody else names it. */
  attributed: z.boolean(),
  ...coin,
  ...place,
  tx_hash: z.nullable(z.string()),
});
export type ViewRecord = z.infer<typeof record>;
export const recordsPage = z.object({ records: z.array(record), next_cursor: nextCursor });
export type RecordsPage = z.infer<typeof recordsPage>;

export const earnings = z.object({
  by_coin: z.array(
    z.object({
      contract: z.string(),
      ...coin,
      credited: z.string(),
      returned: z.optional(z.string()),
      withdrawn: z.string(),
      balance: z.string(),
      balance_base_units: z.string(),
    }),
  ),
  /** For the host's own provider alone: signed by viewers, and not claimed. */
  unclaimed: z.optional(
    z.array(
      z.object({
        ...{ contract: z.string(), ...coin, amount: z.string(), vouchers: z.number() },
        /** Left out by older hosts. */
        provider_amount: z.optional(z.string()),
      }),
    ),
  ),
  by_day: z.array(
    z.object({
      day: z.string(),
      ...coin,
      role: z.enum(['creator', 'provider', 'sponsor']),
      amount: z.string(),
    }),
  ),
});
export type Earnings = z.infer<typeof earnings>;

/** An upload that is published already, or waits for it until `expires_at`. */
export const uploaded = z.object({
  meta: z.object({ cid: z.string(), video_name: z.string() }),
  expires_at: z.optional(z.nullable(z.string())),
});
export type UploadAnswer = z.infer<typeof uploaded>;

/** An upload that has arrived, is packaged or stored, and in the end what it is answered with. */
const packaging = z.object({
  id: z.string(),
  state: z.enum(['receiving', 'queued', 'packaging', 'packaged', 'failed']),
  /** From 0 to 1. */
  progress: z.number(),
  problem: z.nullable(z.object({ code: z.string(), detail: z.string() })),
  result: z.nullable(uploaded),
});
export type Packaging = z.infer<typeof packaging>;
export const queuedUpload = z.object({ upload: packaging });

/** The file from which all keys of a video come. */
export const secretFile = z.object({
  version: z.literal(1),
  cid: z.string(),
  content_creator_wallet: z.string(),
  secret: z.string(),
});

const keysOf = { ...place, provider: z.string() };
/** Who asks for the keys of a protected video, and who was granted them. Times in Unix seconds. */
export const keyGrants = z.object({
  requests: z.array(z.object({ ...keysOf, asked_at_sec: z.number(), until_sec: z.number() })),
  grants: z.array(z.object({ ...keysOf, expires_at_sec: z.number(), given_at_sec: z.nullable(z.number()) })),
});
export type KeyGrants = z.infer<typeof keyGrants>;

/** An answer that nobody reads. */
export const anything = z.unknown();

/** The fields of a problem (RFC 9457) that the page reads. */
export const problem = z.object({
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  field: z.optional(z.string()),
});
export type Problem = z.infer<typeof problem>;
