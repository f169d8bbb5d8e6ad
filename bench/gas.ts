import { type BenchCase, cost, type Measurement } from './case.ts';
import { measureGas } from './gas/measure.ts';

interface Row {
  metric: string;
  /** What peers need, on the same chain rules: SplitsWarehouse, two plain transfers, or a claim by x402, which splits
   * nothing. */
  floor: number;
  goal: number;
}

export const GAS_ROWS = [
  { metric: 'payView.first', floor: 74_596, goal: 74_100 },
  { metric: 'payView.later', floor: 40_396, goal: 39_900 },
  { metric: 'withdraw', floor: 40_135, goal: 31_900 },
  { metric: 'sponsorViews.100.perRecord', floor: 42_000, goal: 6_000 },
  { metric: 'claim.100x1.perVoucher', floor: 21_424, goal: 14_200 },
  { metric: 'claim.100x10.perItem', floor: 42_000, goal: 2_500 },
  { metric: 'claim.100x1x20.perUnit', floor: 42_000, goal: 715 },
] as const satisfies Row[];

/** Whole receipts on a chain in process; the same in every run, so one run is enough. */
export const gas: BenchCase = {
  name: 'gas',
  async run(): Promise<Measurement[]> {
    const measured = await measureGas();
    return GAS_ROWS.map(({ metric, floor, goal }) => cost(metric, measured[metric], 'gas', goal, floor));
  },
};
