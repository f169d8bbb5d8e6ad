import { createHash } from 'node:crypto';

/** A permutation that depends on the seed alone. */
export function shuffled(points: readonly string[], seed: number): string[] {
  const rank = (point: string) => createHash('sha256').update(`${seed}/${point}`).digest('hex');
  return points.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
