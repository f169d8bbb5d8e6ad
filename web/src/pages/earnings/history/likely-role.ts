import type { Earnings } from '../../../api/answers.ts';
import type { Role } from '../../../api/host.ts';

interface Known {
  days: Earnings['by_day'];
  /** Whether the wallet has published, or serves, something; `undefined` until it is read. */
  published: boolean | undefined;
  serves: boolean | undefined;
}

/** As what a wallet most likely looks at its book: what it has earned as, else what it is. `undefined` until that is known. */
export function likelyRole({ days, published, serves }: Known): Role | undefined {
  const earned = days.find(({ role }) => role !== 'sponsor')?.role;
  if (earned === 'creator' || earned === 'provider') return earned;
  if (published) return 'creator';
  if (serves) return 'provider';
  return published === undefined || serves === undefined ? undefined : 'viewer';
}
