import type { MediaStorage } from './storage.ts';

/** What makes a directory a packaged video: the commitment to its keys. */
const COMMITMENT = 'content.json';

/** Of a directory that is kept here. */
export async function isPackaged(storage: MediaStorage, cid: string): Promise<boolean> {
  return (await storage.find(cid, COMMITMENT))?.kind === 'file';
}
