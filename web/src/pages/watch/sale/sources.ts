import type { PlayerSource } from '../../../player/sources.ts';
import type { ForSale } from '../use-serving.ts';
import type { SaleView } from './use-sale.ts';

/**
 * What the player plays of a video whose keys are sold: its free start, and from then on what is paid. Nothing as long as
 * nothing of it is open; what is played anyhow where it is not sold by deposit.
 */
export function saleSources(
  anyhow: readonly PlayerSource[],
  forSale: ForSale | undefined,
  { sale, opening, state }: SaleView,
): readonly PlayerSource[] {
  if (!forSale || (!opening && !sale)) return anyhow;
  const { source } = forSale;
  if (!sale || !source) return [];
  const isOpen = state.isPaying || (source.previewSec ?? 0) > 0;
  const { isPaying, stopped, refused } = state;
  const stands = { isStopped: stopped !== null, isRefused: refused !== null };
  return isOpen ? [{ ...source, ...stands, isPreview: !isPaying, attach: sale.attach }] : [];
}
