import type {
  ChannelOpened,
  ChannelReleased,
  Deposited,
  WithdrawCancelled,
  WithdrawFinalized,
  WithdrawInitiated,
} from '../contract/events.ts';
import type { RowChange, Value } from '../store/rows.ts';
import { type LogPosition, type Lookup, logKey, originOf } from './log-position.ts';
import { credited } from './payments.ts';

type OfChannel = { channelId: string };

export function channelOpened(event: ChannelOpened, at: LogPosition): RowChange[] {
  const { viewer, provider, token, authorizer, salt } = event;
  return [
    channel(event, at, {
      set: {
        viewer,
        provider,
        token,
        authorizer,
        salt,
        epoch: 1,
        next_seq: 0,
        withdrawable_at: null,
        opened_at: at.timestampSec,
        tx_hash: at.txHash,
        opened_block: at.blockNumber,
        opened_log_index: at.logIndex,
      },
    }),
    happened('opened', event, at),
  ];
}

export function deposited(event: Deposited, at: LogPosition, lookup: Lookup): RowChange[] {
  requireOpened(event, at, lookup);
  const { payer, amount } = event;
  return [
    channel(event, at, { add: { deposit: amount } }),
    happened('deposited', event, at, { payer, amount }),
  ];
}

export function withdrawInitiated(event: WithdrawInitiated, at: LogPosition, lookup: Lookup): RowChange[] {
  requireOpened(event, at, lookup);
  return [
    channel(event, at, { set: { withdrawable_at: event.withdrawableAtSec } }),
    happened('withdraw_initiated', event, at),
  ];
}

export function withdrawCancelled(event: WithdrawCancelled, at: LogPosition, lookup: Lookup): RowChange[] {
  requireOpened(event, at, lookup);
  return [channel(event, at, { set: { withdrawable_at: null } }), happened('withdraw_cancelled', event, at)];
}

/** The viewer's own money: a credit, but nothing earned. */
export function depositReturned(
  event: WithdrawFinalized | ChannelReleased,
  at: LogPosition,
  lookup: Lookup,
): RowChange[] {
  const { viewer, token } = lookup.channel(at.contract, event.channelId);
  const { name, amount, epoch } = event;
  return [
    channel(event, at, { set: { epoch, withdrawable_at: null } }),
    channel(event, at, { add: { deposit: -amount } }),
    happened(name === 'ChannelReleased' ? 'released' : 'withdraw_finalized', event, at, { amount }),
    ...credited(viewer, amount, token, at),
  ];
}

/** A change of what a channel holds. */
export function channel(
  { channelId }: OfChannel,
  { contract }: LogPosition,
  change: Pick<RowChange, 'set' | 'add'>,
): RowChange {
  return { table: 'channels', key: { contract, channel_id: channelId }, ...change };
}

/** An entry in a channel's history: a row that stays. */
export function happened(
  kind: string,
  { channelId }: OfChannel,
  at: LogPosition,
  more: Record<string, Value> = {},
): RowChange {
  const origin = { ...originOf(at), timestamp: at.timestampSec };
  const set = { kind, channel_id: channelId, ...origin, ...more };
  return { table: 'channel_events', key: logKey(at), set };
}

function requireOpened({ channelId }: OfChannel, at: LogPosition, lookup: Lookup): void {
  lookup.channel(at.contract, channelId);
}
