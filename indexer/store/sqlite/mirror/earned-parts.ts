import type { RowChange, Value } from '../../rows.ts';

/** What views add to the sums by video and by provider: all of it stands in their rows. */
export function earnedParts(changes: readonly RowChange[]): RowChange[] {
  return changes.flatMap(({ table, set }) => (table === 'streaming_access_logs' && set ? partsOf(set) : []));
}

function partsOf(view: Record<string, Value>): RowChange[] {
  const { contract = null, creator_wallet: creator = null, provider_wallet: provider = null } = view;
  const { creator_amount: creatorAmount, provider_amount: providerAmount } = view;
  const part = (
    name: 'content' | 'provider',
    role: 'creator' | 'provider',
    key: Value,
    amount: Value = 0,
  ) => {
    const wallet = role === 'creator' ? creator : provider;
    const { token = null, units } = view;
    // As in earnings by day: nobody has earned anything by a share of nothing.
    if (BigInt(amount ?? 0) === 0n) return [];
    return [
      {
        table: 'earnings_parts' as const,
        key: { wallet, part: name, contract, token, key, role },
        add: { amount: BigInt(amount ?? 0), units: BigInt(units ?? 0), views: 1n },
      },
    ];
  };
  return [
    ...part('content', 'creator', view.content_id ?? null, creatorAmount),
    ...part('content', 'provider', view.content_id ?? null, providerAmount),
    ...part('provider', 'creator', provider, creatorAmount),
  ];
}
