import type { EarningRole } from '../sums.ts';

/** What a wallet can earn as: each has one colour in all plots. */
export const ROLES: readonly [role: EarningRole, name: string][] = [
  ['creator', 'As creator'],
  ['provider', 'As provider'],
  ['sponsor', 'Back to a sponsor'],
];
