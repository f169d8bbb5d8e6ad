import type { BaseLogger } from 'pino';
import type { Releases } from '../../../store/book/releases.ts';

/** Where nothing is claimed, and so nothing given back, channels sell again. What was sent before stays as it is. */
export async function dropAsked({
  book,
  log,
}: {
  book: Pick<Releases, 'openReleases' | 'moveRelease'>;
  log: Pick<BaseLogger, 'warn'>;
}): Promise<void> {
  for (const release of await book.openReleases()) {
    if (release.state !== 'asked' || !(await book.moveRelease(release, null))) continue;
    const { contract, channelId, epoch } = release;
    const why = 'this host claims nothing by itself';
    log.warn({ contract, channelId, epoch, why }, 'a deposit is not given back at once');
  }
}
