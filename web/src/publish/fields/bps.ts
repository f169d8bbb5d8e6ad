/** The part that is not the creator's, in basis points, as the contract counts it. */
export function bpsOfProvider(creatorShare: number): number {
  return Math.round((100 - creatorShare) * 100);
}
