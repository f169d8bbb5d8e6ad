import { errorWith } from '../../lib/errors.ts';

/**
 * What stops a proof: `unknown` is what this program has no rule for, such as the type of a transaction of a coming fork;
 * `wrong` does not make the hash that it has to make.
 */
export class Unproven extends errorWith<{ block: number; word: 'unknown' | 'wrong'; why: string }>(
  ({ block, word, why }) => `${word}: block ${block}, ${why}`,
) {}
