import type { z } from 'zod';
import { REJECT_REASONS } from '../../contract/reject-reasons.ts';
import type { Coin } from '../../publishing/price.ts';
import type { ChannelEventRow, ChannelRow } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import {
  channelAnswer,
  channelParams,
  type channelSchema,
  channelsPage,
  channelsParams,
  channelsQuery,
} from '../schemas/channels.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { isoTime } from '../serialize/iso-time.ts';
import { coinFields, decimal } from '../serialize/serializer.ts';

const MAX_EVENTS = 1_000;

/** Prepaid deposits of viewers towards one provider. */
export function channelRoutes({ store, tokens }: Context): Route[] {
  const one = route('get', '/channels/{id}', {
    tag: 'Channels',
    summary: 'A payment channel and what happened to it',
    description:
      'One for each deployment of the contract: the same parties, key and salt are the same id at all of them.',
    params: channelParams,
    answer: channelAnswer,
    problems: ['unknown_channel'],
    handle: async ({ params: { id } }) => {
      const rows = await store.channelsById(id);
      if (rows.length === 0)
        throw problem('unknown_channel', `Nobody has opened a channel ${id}.`, { field: 'id' });
      return { channels: await Promise.all(rows.map((row) => shownChannel(row, { store, tokens }))) };
    },
  });
  const ofWallet = route('get', '/wallets/{wallet}/channels', {
    tag: 'Channels',
    summary: 'Payment channels of a wallet, latest opened first',
    description: 'As viewer, who paid the deposit, or as provider, who can claim from it.',
    params: channelsParams,
    query: channelsQuery,
    answer: channelsPage,
    handle: async ({ params: { wallet }, query }) => {
      const page = await store.channelsOf({ wallet, ...query });
      const channels = page.rows.map(async (row) => channelFields(row, await tokens.describe(row.token)));
      return { channels: await Promise.all(channels), next_cursor: page.nextCursor };
    },
  });
  return [one, ofWallet];
}

/** A channel and what happened to it. */
export async function shownChannel(row: ChannelRow, { store, tokens }: Pick<Context, 'store' | 'tokens'>) {
  // At once, so that no block comes between the channel and what happened to it.
  const events = await store.channelEvents(row, MAX_EVENTS);
  const coin = await tokens.describe(row.token);
  return { ...channelFields(row, coin), events: events.map((event) => eventFields(event, coin)) };
}

function channelFields(row: ChannelRow, coin: Coin): z.input<typeof channelSchema> {
  return {
    channel_id: row.channelId,
    contract: checksumAddress(row.contract),
    viewer_wallet: checksumAddress(row.viewer),
    provider_wallet: checksumAddress(row.provider),
    authorizer: checksumAddress(row.authorizer),
    salt: row.salt,
    ...coinFields(coin),
    deposit: decimal(row.deposit, coin),
    deposit_base_units: row.deposit.toString(),
    claimed: decimal(row.claimed, coin),
    claimed_base_units: row.claimed.toString(),
    epoch: row.epoch,
    next_seq: row.nextSeq,
    withdrawable_at: row.withdrawableAtSec === null ? null : isoTime(row.withdrawableAtSec),
    opened_at: isoTime(row.openedAtSec),
    tx_hash: row.txHash,
  };
}

type EventFields = z.input<typeof channelAnswer>['channels'][number]['events'][number];

function eventFields(row: ChannelEventRow, coin: Coin): EventFields {
  return {
    kind: row.kind,
    amount: row.amount === null ? null : decimal(row.amount, coin),
    amount_base_units: row.amount?.toString() ?? null,
    payer: row.payer === null ? null : checksumAddress(row.payer),
    seq: row.seq,
    reason: row.reason === null ? null : (REJECT_REASONS[row.reason] ?? null),
    timestamp: isoTime(row.timestampSec),
    tx_hash: row.txHash,
    block: row.blockNumber,
    log_index: row.logIndex,
  };
}
