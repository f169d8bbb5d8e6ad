/** As earnings are summed up: days of UTC. */
export function dayOf(timestampSec: number): string {
  return new Date(timestampSec * 1000).toISOString().slice(0, 10);
}
