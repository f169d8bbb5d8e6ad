import type {
  ChannelOpened,
  ChannelReleased,
  Deposited,
  WithdrawCancelled,
  WithdrawFinalized,
  WithdrawInitiated,
} from '../contract/events.ts';
import type { RowChange, Value } from '../store/rows.ts';
import type { LogPosition, Parties } from './log-position.ts';
import { credited } from './payments.ts';

export function channelOpened(event: ChannelOpened, at: LogPosition): RowChange[] {
  const { viewer, provider, token, authorizer, salt } = event;
  return [
    ...change(event, at, {
      set: {
        ...{ viewer, provider, token, authorizer, salt, epoch: 1, next_seq: 0, withdrawable_at: null },
        ...{ opened_at: at.timestampSec, tx_hash: at.txHash },
        ...{ opened_block: at.blockNumber, opened_log_index: at.logIndex },
      },
    }),
    happened('opened', event, at, {}),
  ];
}

export function deposited(event: Deposited, at: LogPosition): RowChange[] {
  const { payer, amount } = event;
  return [
    ...change(event, at, { add: { deposit: amount } }),
    happened('deposited', event, at, { payer, amount }),
  ];
}

export function withdrawInitiated(event: WithdrawInitiated, at: LogPosition): RowChange[] {
  return [
    ...change(event, at, { set: { withdrawable_at: event.withdrawableAtSec } }),
    happened('withdraw_initiated', event, at, {}),
  ];
}

export function withdrawCancelled(event: WithdrawCancelled, at: LogPosition): RowChange[] {
  return [
    ...change(event, at, { set: { withdrawable_at: null } }),
    happened('withdraw_cancelled', event, at, {}),
  ];
}

/** The viewer's own money: a credit, but nothing earned. */
export function depositReturned(
  event: WithdrawFinalized | ChannelReleased,
  at: LogPosition,
  { viewer, token }: Parties,
): RowChange[] {
  const { name, amount, epoch } = event;
  const kind = name === 'ChannelReleased' ? 'released' : 'withdraw_finalized';
  return [
    ...change(event, at, { set: { epoch, withdrawable_at: null }, add: { deposit: -amount } }),
    happened(kind, event, at, { amount }),
    ...credited(viewer, amount, token, at),
  ];
}

type OfChannel = { channelId: string };

/** What a channel holds. */
export function change(
  { channelId }: OfChannel,
  at: LogPosition,
  { set, add }: Pick<RowChange, 'set' | 'add'>,
): RowChange[] {
  const row = { table: 'channels', key: { contract: at.contract, channel_id: channelId } } as const;
  return [...(set ? [{ ...row, set }] : []), ...(add ? [{ ...row, add }] : [])];
}

/** What happened to a channel: a row that stays. */
export function happened(
  kind: string,
  { channelId }: OfChannel,
  at: LogPosition,
  more: Record<string, Value>,
): RowChange {
  return {
    table: 'channel_events',
    key: { block_number: at.blockNumber, log_index: at.logIndex },
    set: {
      ...{ kind, contract: at.contract, channel_id: channelId, block_hash: at.blockHash },
      ...{ tx_hash: at.txHash, timestamp: at.timestampSec },
      ...more,
    },
  };
}
