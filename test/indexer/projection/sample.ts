import { expect } from 'chai';
import type { ChainEvent, ClaimBatch } from '../../../indexer/contract/events.ts';
import type { Listing, LogPosition, Lookup } from '../../../indexer/projection/log-position.ts';
import { project } from '../../../indexer/projection/project.ts';
import type { RowChange } from '../../../indexer/store/rows.ts';

export const V0 = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR';
export const V1 = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
export const hex = (byte: string, bytes = 20) => `0x${byte.repeat(bytes)}`;
export const [contract, creator, provider, viewer, token] = ['c0', 'c1', 'b1', 'a1', 'dd'].map((byte) =>
  hex(byte),
);
export const contentId = hex('01', 32);

export const at: LogPosition = {
  contract: String(contract),
  blockNumber: 7,
  blockHash: hex('b7', 32),
  timestampSec: Date.UTC(2026, 10, 30, 23, 59, 59) / 1000,
  txHash: hex('78', 32),
  logIndex: 3,
};
export const day = '2026-11-30';
export const listing = { cid: V0, cidKey: V1, creator, token } as Listing;
export const terms = { pricePerUnit: 10n, providerShareBps: 2_500, unit: 'minute' };
export const contentKey = { contract, content_id: contentId };
export const nothingScheduled = {
  scheduled_effective_at: null,
  scheduled_retired: null,
  scheduled_price: null,
  scheduled_provider_share_bps: null,
  scheduled_unit: null,
};

/** What every view of the content says. */
export const logged = {
  ...{ contract, content_id: contentId, cid: V0, cid_key: V1, token },
  ...{ blockchain_address: viewer, provider_wallet: provider, creator_wallet: creator },
  ...{ tx_hash: at.txHash, block_hash: at.blockHash },
};
export const credit = (account: string | undefined, role: string, amount: bigint) => [
  { table: 'credits', key: { account, contract, token }, add: { credited: amount } },
  { table: 'earnings_daily', key: { wallet: account, day, contract, token, role }, add: { amount } },
];

export const channelId = `0x${'cc'.repeat(32)}`;
export const parties = {
  viewer: `0x${'d1'.repeat(20)}`,
  provider: `0x${'d2'.repeat(20)}`,
  token: String(token),
};
const lookup: Lookup = {
  listing(asked, id) {
    expect([asked, id]).to.deep.equal([contract, contentId]);
    return listing;
  },
  isKnownCoin: (asked) => asked === token,
  channel(asked, id) {
    expect([asked, id]).to.deep.equal([contract, channelId]);
    return parties;
  },
};

/** What `project` makes of an event at `at`. */
export function rowsOf(
  event: object,
  batch?: ClaimBatch,
  known: Partial<Lookup> = {},
  place = at,
): RowChange[] {
  return project(event as ChainEvent, place, { ...lookup, ...known }, batch);
}
