import type { EncodedPacket } from 'mediabunny';

/**
 * The packets with how long each is shown: until the next one, where the file does not say so. WebM and MKV often don't
 * of the last.
 *
 * @param endSec when what follows is shown; without it the last is as long as the one before
 */
export function withDurations(packets: readonly EncodedPacket[], endSec: number | null): EncodedPacket[] {
  const times = packets.map(({ timestamp }) => timestamp).sort((a, b) => a - b);
  const [beforeLast = 0, last = 0] = times.slice(-2);
  const end = endSec ?? last + (times.length > 1 ? last - beforeLast : 0);
  const nextOf = new Map(times.map((time, index) => [time, times[index + 1] ?? end]));
  return packets.map((packet) =>
    packet.duration > 0
      ? packet
      : packet.clone({ duration: Math.max(0, (nextOf.get(packet.timestamp) ?? end) - packet.timestamp) }),
  );
}
