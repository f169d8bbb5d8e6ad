import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { ChannelRow, ContentRow } from '../../store/store.ts';

/** Until when a voucher is to be claimed, and what comes then. */
export interface Deadline {
  atSec: number;
  /** When to claim it. */
  dueSec: number;
  /**
   * `withdrawal`: the viewer can take the deposit back. `price`: its price is below the one in force, and no longer good.
   * `share`: the provider gets less of it.
   */
  why: 'withdrawal' | 'price' | 'share';
}

export interface DeadlineFacts {
  channel: Pick<ChannelRow, 'withdrawableAtSec'>;
  /** `null` for one that the records do not know. */
  contentOf(contentId: string): Pick<ContentRow, 'providerShareBps' | 'scheduled'> | null;
  /** Of the contract: how long a deposit waits for claims, and a price that was good stays good. */
  withdrawDelaySec: number;
}

/** A claim has half of the delay to be mined, through failures and a host that is down. */
const MARGIN_PARTS = 2;
/** A share changes for all channels at once, most of them in use: nearer to it, less is left for the new share. */
const SHARE_MARGIN_PARTS = 24;

/** The one that is due first; `null` for a voucher that nothing threatens. */
export function deadlineOf(
  voucher: Pick<StoredVoucher, 'items' | 'openedAtSec'>,
  { channel, contentOf, withdrawDelaySec }: DeadlineFacts,
): Deadline | null {
  const found: Deadline[] = [];
  const { withdrawableAtSec } = channel;
  // Nothing more is sold, so there is nothing to wait for.
  if (withdrawableAtSec !== null) found.push({ atSec: withdrawableAtSec, dueSec: 0, why: 'withdrawal' });
  const margin = withdrawDelaySec / MARGIN_PARTS;
  const shareMargin = withdrawDelaySec / SHARE_MARGIN_PARTS;
  for (const { contentId, unitPrice } of voucher.items) {
    const content = contentOf(contentId);
    if (!content?.scheduled?.terms) continue;
    const { effectiveAtSec, terms } = content.scheduled;
    // A content that is free takes no vouchers, at whatever price they were signed.
    if (terms.pricePerUnit > unitPrice || terms.pricePerUnit === 0n) {
      const atSec = effectiveAtSec + withdrawDelaySec;
      found.push({ atSec, dueSec: atSec - margin, why: 'price' });
    }
    const dueSec = effectiveAtSec - shareMargin;
    // What is opened later is split anew: else each unit sold by then would be a claim of its own.
    if (terms.providerShareBps < content.providerShareBps && voucher.openedAtSec <= dueSec) {
      found.push({ atSec: effectiveAtSec, dueSec, why: 'share' });
    }
  }
  return found.sort((a, b) => a.dueSec - b.dueSec)[0] ?? null;
}
