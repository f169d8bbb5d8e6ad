import { ClientError } from '../errors.ts';

const UNIT_US = 60_000_000;

/**
 * Checks that no key of a media playlist comes before its minute: unit u not before 60·u seconds, each once, all of
 * them from the directory's own keys. Whoever pays by the minute would else pay for less.
 * @throws {ClientError} playlist_refused
 */
export function checkUnits(playlist: string): void {
  let [atUs, last] = [0, -1];
  for (const line of playlist.split('\n')) {
    const [, seconds] = /^#EXTINF:(\d+(?:\.\d+)?)/.exec(line) ?? [];
    if (seconds !== undefined) atUs += Math.round(Number.parseFloat(seconds) * 1e6);
    if (!line.startsWith('#EXT-X-KEY')) continue;
    const [, number] = /^#EXT-X-KEY:METHOD=AES-128,URI="\.\.\/keys\/(0|[1-9]\d{0,4})",/.exec(line) ?? [];
    const unit = Number(number);
    if (number === undefined || unit <= last || atUs < unit * UNIT_US) {
      throw new ClientError(
        'playlist_refused',
        `The playlist has a key where none may be: ${line.slice(0, 100)}`,
      );
    }
    last = unit;
  }
}
