/** One thing that `npm run bench` measures. Cases are data; the runner prints them. */
export interface BenchCase {
  /** As on the command line: `npm run bench -- gas`. */
  name: string;
  /** What makes the load, where there is one. */
  by?: string;
  run(): Promise<Measurement[]>;
}

export interface Measurement {
  metric: string;
  value: number;
  unit: string;
  /** A peer or a physical limit measured in the same run, or published; `null` where there is none. */
  floor: number | null;
  /** Rates are better when higher, costs when lower. */
  higherIsBetter: boolean;
  /** A bound on `value`; `null` where only the ratio counts. */
  goal: number | null;
  /** A bound on the ratio to the floor. */
  goalRatio?: number;
}

/** `value ÷ floor` for rates, `floor ÷ value` for costs: more is better. */
export function ratio({ value, floor, higherIsBetter }: Measurement): number | null {
  if (floor === null || value === 0 || floor === 0) return null;
  return higherIsBetter ? value / floor : floor / value;
}

export function isMet(measurement: Measurement): boolean {
  const { value, goal, goalRatio, higherIsBetter } = measurement;
  const ofFloor = ratio(measurement);
  const goalMet = goal === null || (higherIsBetter ? value >= goal : value <= goal);
  return goalMet && (goalRatio === undefined || (ofFloor !== null && ofFloor >= goalRatio));
}

/** Of something the less of it the better. */
export function cost(metric: string, value: number, unit: string, goal: number, floor: number | null = null) {
  return { metric, value, unit, floor, higherIsBetter: false, goal };
}

/** Of something the more of it the better, by the median of its runs. */
export function rate(metric: string, values: number[], unit: string, floors: number[], goal: number | null) {
  const floor = floors.length > 0 ? median(floors) : null;
  return { metric, value: median(values), unit, floor, higherIsBetter: true, goal };
}

/** The middle of an odd number of runs, the mean of the middle two of an even one. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] =
    sorted.length % 2 ? [sorted[half], sorted[half]] : [sorted[half - 1], sorted[half]];
  return (low + high) / 2;
}

/** The value that so large a part of them does not exceed: 0.99 for the 99th percentile. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
