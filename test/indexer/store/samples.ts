import { id as keccakText } from 'ethers';
import type { Unit } from '../../../indexer/lib/unit.ts';
import type { NewReport } from '../../../indexer/store/book.ts';
import type { IndexedBlock, RowChange } from '../../../indexer/store/rows.ts';
import type { Store } from '../../../indexer/store/store.ts';

/** Rows as the projections write them, with values that a test overrides where it cares. */

export const CONTRACT = `0x${'c0'.repeat(20)}`;
export const NATIVE = `0x${'00'.repeat(20)}`;
export const CREATOR = `0x${'c1'.repeat(20)}`;
export const PROVIDER = `0x${'b1'.repeat(20)}`;
export const VIEWER = `0x${'a1'.repeat(20)}`;
export const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
export const NOON = 1_800_000_000;

/** A hash that says what it is of. */
export function hash(of: string | number): string {
  return keccakText(`sample ${of}`);
}

export const CONTENT_ID = hash('content');

/** A chain of blocks on one fork; each names its parent. */
export function block(
  number: number,
  changes: RowChange[] = [],
  fork = 'main',
  parentFork = fork,
): IndexedBlock {
  return {
    number,
    hash: hash(`${fork} ${number}`),
    parentHash: hash(`${parentFork} ${number - 1}`),
    timestampSec: NOON + number,
    changes,
  };
}

/** Writes to the store of a test: blocks that a rollback can undo, and blocks of a backfill. */
export function commitsTo(store: () => Store) {
  return {
    commit: (...blocks: IndexedBlock[]) => store().commitBlocks(blocks, { undoable: true }),
    backfill: (...blocks: IndexedBlock[]) => store().commitBlocks(blocks, { undoable: false }),
  };
}

export interface ViewSample {
  block: number;
  logIndex?: number;
  item?: number;
  fork?: string;
  source?: 'direct' | 'voucher' | 'sponsored';
  contract?: string;
  contentId?: string;
  cid?: string;
  viewer?: string;
  provider?: string;
  creator?: string;
  units?: number;
  price?: bigint;
  timestampSec?: number;
  txHash?: string;
  ref?: string;
  payer?: string;
  attributed?: boolean;
}

export function viewId(view: ViewSample): string {
  const tx = view.txHash ?? hash(`tx ${view.block}`);
  const place = `${tx}:${view.logIndex ?? 0}`;
  return (view.source ?? 'direct') === 'direct' ? place : `${place}:${view.item ?? 0}`;
}

export function viewRow(view: ViewSample): RowChange {
  const { units = 1, price = 1000n } = view;
  const amount = price * BigInt(units);
  return {
    table: 'streaming_access_logs',
    key: { block_number: view.block, log_index: view.logIndex ?? 0, item: view.item ?? 0 },
    set: {
      source: view.source ?? 'direct',
      contract: view.contract ?? CONTRACT,
      content_id: view.contentId ?? CONTENT_ID,
      cid: view.cid ?? CID,
      cid_key: view.cid ?? CID,
      blockchain_address: view.viewer ?? VIEWER,
      provider_wallet: view.provider ?? PROVIDER,
      creator_wallet: view.creator ?? CREATOR,
      token: NATIVE,
      price,
      units,
      amount,
      creator_amount: amount - amount / 4n,
      provider_amount: amount / 4n,
      payer: view.payer ?? view.viewer ?? VIEWER,
      attributed: view.attributed ? 1 : 0,
      timestamp: view.timestampSec ?? NOON + view.block,
      tx_hash: view.txHash ?? hash(`tx ${view.block}`),
      block_hash: hash(`${view.fork ?? 'main'} ${view.block}`),
      ref: view.ref ?? null,
    },
    feedEvent: 'view.recorded',
  };
}

export function report(overrides: Partial<NewReport> = {}): NewReport {
  const view = { viewTimeSec: NOON, viewer: VIEWER, provider: PROVIDER, contentId: CONTENT_ID, ...overrides };
  return {
    ref: hash(`ref ${view.contentId} ${view.viewer} ${view.provider} ${view.viewTimeSec}`),
    contract: CONTRACT,
    cid: CID,
    cidKey: CID,
    creator: CREATOR,
    token: NATIVE,
    price: 1000n,
    txHash: null,
    receivedAtSec: NOON + 5,
    ...view,
  };
}

/** An announcement of terms, as far as payments ask; each in a place of its own. */
export function announcedUnit(
  at: { sec: number; block: number; logIndex?: number },
  { effectiveSec = at.sec, unit = 'view' as Unit | null, before = null as Unit | null } = {},
): RowChange {
  return {
    table: 'announced_units',
    key: {
      ...{ contract: CONTRACT, content_id: CONTENT_ID },
      ...{ announced_at: at.sec, block_number: at.block, log_index: at.logIndex ?? 0 },
    },
    set: { effective_at: effectiveSec, unit, unit_before: before },
  };
}

export function contentRow(
  overrides: Record<string, string | number | bigint | null> = {},
  at: { block: number; logIndex?: number } = { block: 1 },
): RowChange {
  const name = String(overrides.video_name ?? 'Sample');
  return {
    table: 'content_metadata',
    key: {
      contract: overrides.contract ?? CONTRACT,
      content_id: overrides.content_id ?? CONTENT_ID,
    },
    set: {
      cid: CID,
      cid_key: CID,
      video_name: name,
      name_key: name.toLowerCase(),
      content_creator_wallet: CREATOR,
      token: NATIVE,
      price: 1000n,
      provider_share_bps: 2500,
      unit: 'view',
      retired: 0,
      metadata: '',
      scheduled_effective_at: null,
      scheduled_retired: null,
      scheduled_price: null,
      scheduled_provider_share_bps: null,
      scheduled_unit: null,
      published_at: NOON + at.block,
      published_block: at.block,
      published_log_index: at.logIndex ?? 0,
      tx_hash: hash(`tx ${at.block}`),
      ...overrides,
    },
    feedEvent: 'content.published',
  };
}

export function streamRow(
  provider: string,
  active: boolean,
  at: { block: number },
  url = 'http://p.example/v',
): RowChange {
  return {
    table: 'streams',
    key: { contract: CONTRACT, content_id: CONTENT_ID, provider },
    set: {
      cid: CID,
      cid_key: CID,
      creator: CREATOR,
      url,
      active: active ? 1 : 0,
      registered_at: NOON + at.block,
      tx_hash: hash(`tx ${at.block}`),
    },
    feedEvent: active ? 'stream.registered' : 'stream.ended',
  };
}

export function creditOf(account: string, amount: bigint): RowChange {
  return {
    table: 'credits',
    key: { account, contract: CONTRACT, token: NATIVE },
    add: { credited: amount },
  };
}

export function dayOf(wallet: string, day: string, amount: bigint): RowChange {
  return {
    table: 'earnings_daily',
    key: { wallet, day, contract: CONTRACT, token: NATIVE, role: 'creator' },
    add: { amount },
  };
}
