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
import { streamDeregistered, streamRegistered, streamUpdated } from './streams.ts';
import { voucherClaimed, voucherRejected } from './vouchers.ts';

/**
 * The rows that an event changes. Pure: the same event at the same place always gives the same rows.
 * @param batch that a voucher was claimed in: the last one before it.
 */
export function project(
  event: ChainEvent,
  at: LogPosition,
  lookup: Lookup,
  batch: ClaimBatch | null = null,
): RowChange[] {
  /** Throws as `lookup` does where the records do not know the channel: they miss earlier blocks. */
  const opened = <E extends { channelId: string }>(one: E): E => {
    lookup.channel(at.contract, one.channelId);
    return one;
  };
  switch (event.name) {
    case 'ContentPublished':
      return contentPublished(event, at);
    case 'TermsScheduled':
      return termsScheduled(event, at);
    case 'TermsCancelled':
      return termsCancelled(event, at);
    case 'ContentRetired':
      return contentRetired(event, at);
    case 'StreamRegistered':
      return streamRegistered(event, at, lookup.listing(at.contract, event.contentId));
    case 'StreamUpdated':
      return streamUpdated(event, at);
    case 'StreamDeregistered':
      return streamDeregistered(event, at);
    case 'ViewPaid':
      return viewPaid(event, at, lookup.listing(at.contract, event.contentId));
    case 'ViewsSponsored':
      return viewsSponsored(event, at, lookup.listing(at.contract, event.contentId));
    case 'SurplusCredited':
      return surplusCredited(event, at);
    case 'Withdrawn':
      return withdrawn(event, at);
    case 'ChannelOpened':
      return channelOpened(event, at);
    case 'Deposited':
      return deposited(opened(event), at);
    case 'WithdrawInitiated':
      return withdrawInitiated(opened(event), at);
    case 'WithdrawCancelled':
      return withdrawCancelled(opened(event), at);
    case 'WithdrawFinalized':
    case 'ChannelReleased':
      return depositReturned(event, at, lookup.channel(at.contract, event.channelId));
    case 'VoucherClaimed':
      return voucherClaimed(event, at, lookup, required(batch));
    case 'VoucherRejected':
      return voucherRejected(event, at, required(batch));
    case 'ClaimBatch':
    case 'ClaimDelegateSet':
    case 'ViewSkipped':
    case 'NonceInvalidated':
      return [];
  }
}

function required(batch: ClaimBatch | null): ClaimBatch {
  if (!batch) throw new Error('a voucher was claimed, but no batch began before it: logs are missing');
  return batch;
}
