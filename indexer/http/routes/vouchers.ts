import type { z } from 'zod';
import type { Coin } from '../../publishing/price.ts';
import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { Context } from '../context.ts';
import { showsSecret } from '../middleware/operator-guard.ts';
import { type Route, route } from '../routing/route.ts';
import { vouchersPage, vouchersQuery } from '../schemas/channels.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { isoTime } from '../serialize/iso-time.ts';
import { coinFields, decimal } from '../serialize/serializer.ts';

/** What viewers have signed for this host's provider, and what became of it. */
export function voucherRoutes({ book, provider, tokens, gate, operatorSecret }: Context): Route[] {
  const isOperator = showsSecret(operatorSecret);
  const vouchers = route('get', '/vouchers', {
    tag: 'Channels',
    summary: 'Vouchers that this host holds, latest opened first',
    description:
      "For the provider alone: its wallet is signed in, or the operator's secret is shown (host.json of DATA_DIR, as a Bearer token). Signatures are not shown. A host that serves for nobody has none.",
    session: true,
    query: vouchersQuery,
    answer: vouchersPage,
    handle: async ({ query, req }) => {
      if (provider === null) return { vouchers: [], next_cursor: null };
      if (!isOperator(req)) await gate.sessionOf(req, provider.wallet, 'Authorization');
      const page = await book.vouchersOf({ provider: provider.wallet, ...query });
      const shown = page.rows.map(async (row) => voucherFields(row, await tokens.describe(row.token)));
      return { vouchers: await Promise.all(shown), next_cursor: page.nextCursor };
    },
  });
  return [vouchers];
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
