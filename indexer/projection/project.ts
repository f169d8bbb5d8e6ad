import type { ChainEvent, ClaimBatch } from '../contract/events.ts';
import type { RowChange } from '../store/rows.ts';
import {
  channelOpened,
  deposited,
  depositReturned,
  withdrawCancelled,
  withdrawInitiated,
} from './channels.ts';
import { contentPublished, contentRetired, termsCancelled, termsScheduled } from './contents.ts';
import type { LogPosition, Lookup } from './log-position.ts';
import { surplusCredited, viewPaid, viewsSponsored, withdrawn } from './payments.ts';
import { claimDelegateSet, streamDeregistered, streamRegistered, streamUpdated } from './streams.ts';
import { voucherClaimed, voucherRejected } from './vouchers.ts';

type Projection<Event> = (
  event: Event,
  at: LogPosition,
  lookup: Lookup,
  batch: ClaimBatch | null,
) => RowChange[];

const noRows = () => [];

const PROJECTIONS: { [Name in ChainEvent['name']]: Projection<Extract<ChainEvent, { name: Name }>> } = {
  ContentPublished: contentPublished,
  TermsScheduled: termsScheduled,
  TermsCancelled: termsCancelled,
  ContentRetired: contentRetired,
  StreamRegistered: streamRegistered,
  StreamUpdated: streamUpdated,
  StreamDeregistered: streamDeregistered,
  ViewPaid: viewPaid,
  ViewsSponsored: viewsSponsored,
  SurplusCredited: surplusCredited,
  Withdrawn: withdrawn,
  ChannelOpened: channelOpened,
  Deposited: deposited,
  WithdrawInitiated: withdrawInitiated,
  WithdrawCancelled: withdrawCancelled,
  WithdrawFinalized: depositReturned,
  ChannelReleased: depositReturned,
  VoucherClaimed: voucherClaimed,
  VoucherRejected: voucherRejected,
  ClaimBatch: noRows,
  ClaimDelegateSet: claimDelegateSet,
  ViewSkipped: noRows,
  NonceInvalidated: noRows,
};

/**
 * The rows that an event changes. Pure: the same event at the same position always gives the same rows.
 * @param batch that a voucher was claimed in: the last one before it.
 * @throws as `lookup` does where the records do not know what the event names: they miss earlier blocks.
 */
export function project(
  event: ChainEvent,
  at: LogPosition,
  lookup: Lookup,
  batch: ClaimBatch | null = null,
): RowChange[] {
  const projection = PROJECTIONS[event.name] as Projection<ChainEvent>;
  return projection(event, at, lookup, batch);
}
