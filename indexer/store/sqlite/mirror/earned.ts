import { dayOf } from '../../day.ts';
import type { RowChange } from '../../rows.ts';

const DAY_SEC = 86_400;

interface Earned {
  amount: bigint;
  units: number;
  views: number;
}

/** Views of one content at one provider, earned on one day. */
interface Group {
  view: RowChange;
  creator: Earned;
  provider: Earned;
}

/**
 * What views add to credits, to the sums by day, by video and by provider: all of it stands in their rows. Those that add to the
 * same sums are put together first.
 */
export function earnedBy(changes: readonly RowChange[]): RowChange[] {
  const groups = new Map<string, Group>();
  for (const change of changes) {
    const { table, set, earnedAtSec } = change;
    if (table !== 'streaming_access_logs' || !set) continue;
    const { contract, content_id, provider_wallet, creator_wallet, token, units } = set;
    const day = earnedAtSec === undefined ? '' : Math.floor(earnedAtSec / DAY_SEC);
    const name = `${content_id} ${provider_wallet} ${day} ${contract} ${creator_wallet} ${token}`;
    let group = groups.get(name);
    if (!group) {
      group = { view: change, creator: nothing(), provider: nothing() };
      groups.set(name, group);
    }
    add(group.creator, set.creator_amount, units);
    add(group.provider, set.provider_amount, units);
  }
  return [...groups.values()].flatMap(sumsOf);
}

function nothing(): Earned {
  return { amount: 0n, units: 0, views: 0 };
}

/** Nobody has earned anything by a share of nothing, though the event names them. */
function add(earned: Earned, amount: unknown, units: unknown): void {
  if (typeof amount !== 'bigint' || amount === 0n) return;
  earned.amount += amount;
  earned.units += Number(units);
  earned.views += 1;
}

function sumsOf({ view: { set = {}, earnedAtSec }, ...earned }: Group): RowChange[] {
  const { contract = null, token = null, content_id = null, provider_wallet: provider = null } = set;
  return (['creator', 'provider'] as const).flatMap((role): RowChange[] => {
    const { amount, units, views } = earned[role];
    if (views === 0) return [];
    const wallet = set[`${role}_wallet`] ?? null;
    const part = (name: 'content' | 'provider', key: typeof wallet): RowChange => ({
      table: 'earnings_parts',
      key: { wallet, part: name, contract, token, key, role },
      add: { amount, units: BigInt(units), views: BigInt(views) },
    });
    const parts = [part('content', content_id), ...(role === 'creator' ? [part('provider', provider)] : [])];
    if (earnedAtSec === undefined) return parts;
    const day = dayOf(earnedAtSec);
    return [
      { table: 'credits', key: { account: wallet, contract, token }, add: { credited: amount } },
      { table: 'earnings_daily', key: { wallet, day, contract, token, role }, add: { amount } },
      ...parts,
    ];
  });
}
