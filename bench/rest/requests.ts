import type { RecordableHistogram } from 'node:perf_hooks';

/** What is asked for: each `%d` in the body is another whole number in each request. */
export interface Requests {
  method: 'GET' | 'POST';
  paths: readonly string[];
  body?: string;
  /** The first of those numbers; the others are below it. */
  countsFrom?: number;
}

export interface Told {
  answered: number;
  failed: number;
  histogram: RecordableHistogram;
}
