import type { z } from 'zod';
import type { Coin } from '../../publishing/price.ts';
import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { claimAnswer, hostMedia, vouchersPage, vouchersQuery } from '../schemas/channels.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { isoTime } from '../serialize/iso-time.ts';
import { coinFields, decimal } from '../serialize/serializer.ts';

/** What viewers have signed for this host's provider, and what became of it. */
export function voucherRoutes(context: Context): Route[] {
  const { book, provider, tokens, providerGate } = context;
  const vouchers = route('get', '/vouchers', {
    tag: 'Channels',
    summary: 'Vouchers that this host holds, latest opened first',
    description:
      "For the provider, and for whom it has named its delegate, who could claim by itself: the wallet is signed in, or the operator's secret is shown (host.json of DATA_DIR, as a Bearer token). Signatures are not shown. A host that serves for nobody has none.",
    session: true,
    query: vouchersQuery,
    answer: vouchersPage,
    handle: async ({ query, req }) => {
      if (provider === null) return { vouchers: [], next_cursor: null };
      await providerGate.require(req);
      const page = await book.vouchersOf({ provider: provider.wallet, ...query });
      const shown = page.rows.map(async (row) => voucherFields(row, await tokens.describe(row.token)));
      return { vouchers: await Promise.all(shown), next_cursor: page.nextCursor };
    },
  });
  return [vouchers, claimRoute(context), mediaRoute(context)];
}

function claimRoute({ claimNow, tokens, providerGate }: Context): Route {
  return route('post', '/vouchers/claim', {
    tag: 'Channels',
    summary: 'Claims all that can be claimed now, whatever the gas comes to',
    description:
      "For whom `GET /vouchers` is. The host's key sends the transactions and pays their gas; they go on after the answer, and `GET /vouchers` tells what became of them. Asked again meanwhile, nothing is sent twice.",
    session: true,
    answer: claimAnswer,
    problems: ['claiming_off'],
    handle: async ({ req }) => {
      await providerGate.require(req);
      if (claimNow === null)
        throw problem(
          'claiming_off',
          'This host claims nothing by itself: run npm run claim on its machine.',
        );
      const { batches, held } = await claimNow.due();
      if (batches.length > 0) claimNow.begin();
      const claiming = batches.map(async ({ contract: at, token, vouchers, amount }) => {
        const coin = await tokens.describe(token);
        const sum = { amount: decimal(amount, coin), amount_base_units: String(amount) };
        return { contract: checksumAddress(at), ...coinFields(coin), vouchers: vouchers.length, ...sum };
      });
      const waiting = [...Map.groupBy(held, ({ why }) => why)];
      return {
        message: batches.length > 0 ? 'Claiming has begun.' : 'Nothing can be claimed now.',
        claiming: await Promise.all(claiming),
        waiting: waiting.map(([why, { length }]) => ({ why, vouchers: length })),
      };
    },
  });
}

function mediaRoute({ book, disk, providerGate }: Context): Route {
  return route('get', '/disk', {
    tag: 'Operator',
    summary: 'What the media of this host takes, and what is free',
    description: 'For whom `GET /vouchers` is.',
    session: true,
    answer: hostMedia,
    handle: async ({ req }) => {
      await providerGate.require(req);
      const { count, bytes } = await book.mediaKept();
      return { media_count: count, media_bytes: bytes, free_bytes: await disk.freeBytes() };
    },
  });
}

function voucherFields(row: StoredVoucher, coin: Coin): z.input<typeof vouchersPage>['vouchers'][number] {
  return {
    channel_id: row.channelId,
    contract: checksumAddress(row.contract),
    epoch: row.epoch,
    seq: row.seq,
    state: row.state,
    items: row.items.map(({ contentId, units, unitPrice }) => ({
      content_id: contentId,
      units: String(units),
      unit_price: decimal(unitPrice, coin),
    })),
    ...coinFields(coin),
    total: decimal(row.total, coin),
    total_base_units: row.total.toString(),
    opened_at: isoTime(row.openedAtSec),
    updated_at: isoTime(row.updatedAtSec),
    claim_tx: row.claimTx,
    reason: row.reason,
  };
}
