import { BoundedMap } from '../../lib/bounded-map.ts';
import type { MediaStorage } from '../../media/storage.ts';
import { sizeOfPicture } from '../uploads/jpeg.ts';

/** The picture of a packaged video, at `/ipfs/{cid}/poster.jpg` of this host. */
export interface Poster {
  path: string;
  /** In pixels; `null` where its beginning does not tell. */
  size: { width: number; height: number } | null;
}

export interface PosterDeps {
  storage: Pick<MediaStorage, 'find' | 'read'>;
  /** Rejects where a canonical CID may not leave unpaid; undefined where all may. */
  admitUnpaid: ((cid: string) => Promise<void>) | undefined;
}

const NAME = 'poster.jpg';
/** Programs write no more than notes before the size. */
const BEGINNING = 64 * 1024;
const MAX_REMEMBERED = 10_000;

/**
 * @returns what finds the poster of a canonical CID that is kept here; `null` where there is none, where it leaves this
 *   host for money only, and where storage does not answer: a page is not kept waiting for a picture.
 */
export function createPosters({ storage, admitUnpaid }: PosterDeps) {
  const known = new BoundedMap<string, Poster>(MAX_REMEMBERED);

  async function find(cidKey: string): Promise<Poster | null> {
    await admitUnpaid?.(cidKey);
    const found = known.get(cidKey);
    if (found) return found;
    const file = await storage.find(cidKey, NAME);
    if (file?.kind !== 'file') return null;
    const bytes: Uint8Array[] = [];
    const range = { offset: 0, length: Math.min(file.sizeBytes, BEGINNING) };
    for await (const chunk of storage.read(file.cid, range)) bytes.push(chunk);
    const poster = { path: `/ipfs/${cidKey}/${NAME}`, size: sizeOfPicture(Buffer.concat(bytes)) };
    known.set(cidKey, poster);
    return poster;
  }

  return (cidKey: string): Promise<Poster | null> => find(cidKey).catch(() => null);
}
