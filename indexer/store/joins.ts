// What is asked of the mirror and the book together. No transaction spans both: what the one says may be older by a moment.

import type { DueTimes, ServeWish, ServeWishes, StagedUpload, StagedUploads } from './book.ts';
import type { Catalogue, Publications } from './store.ts';

export interface Both<Store, Book> {
  store: Store;
  book: Book;
}

/** Ids of uploads that take up nothing: their wallet has published them. */
export async function publishedUploads({
  store,
  book,
}: Both<Publications, Pick<StagedUploads, 'namedUploads'>>): Promise<string[]> {
  const published = await store.publishedAmong(await book.namedUploads());
  return published.map(({ id }) => id);
}

/** What the wallet, in lower case, has staged and not published, oldest first. */
export async function waitingUploads(
  { store, book }: Both<Publications, Pick<StagedUploads, 'stagedUploads'>>,
  wallet: string,
  nowSec: number,
): Promise<StagedUpload[]> {
  const staged = await book.stagedUploads(wallet, nowSec);
  const published = new Set(await store.publishedAmong(staged));
  return staged.filter((upload) => !published.has(upload));
}

/** Whether a wallet that has not published the content has uploaded it, or is about to. */
export async function isWaiting(
  { store, book }: Both<Publications, Pick<StagedUploads, 'uploadsOf'>>,
  cidKey: string,
): Promise<boolean> {
  const uploads = await book.uploadsOf(cidKey);
  const published = await store.publishedAmong(uploads);
  return published.length < uploads.length;
}

/** Makes a staged upload due at once. @returns false when the wallet, in lower case, has none, or has published it */
export async function releaseUpload(
  { store, book }: Both<Publications, Pick<StagedUploads, 'releaseUpload'>>,
  own: { wallet: string; cidKey: string },
  nowSec: number,
): Promise<boolean> {
  const published = await store.publishedAmong([own]);
  return published.length === 0 && (await book.releaseUpload(own.wallet, own.cidKey, nowSec));
}

/**
 * Forgets the uploads that are due and whose media something else needs: another upload, or a publication from before
 * `settledSec` (a younger one may still be undone, and the upload waits). Stops at the first whose media nothing needs, and
 * marks it as leaving until `leaseUntilSec`.
 * @returns the media to remove, then `dropUpload`; `null` when there is none.
 */
export async function takeDueUpload(
  { store, book }: Both<Publications, Pick<StagedUploads, 'dueUpload' | 'endDueUpload'>>,
  { settledSec, ...times }: DueTimes & { settledSec: number; leaseUntilSec: number },
): Promise<{ id: string; cid: string } | null> {
  for (let after = ''; ; ) {
    const due = await book.dueUpload(times, after);
    if (due === null) return null;
    after = due.id;
    const since = due.cidKey === null ? null : await store.firstPublishedAtSec(due.cidKey);
    const publication = since === null ? 'none' : since <= settledSec ? 'settled' : 'unsettled';
    const media = await book.endDueUpload(due.id, times, publication);
    if (media !== null) return media;
  }
}

/** Wishes whose content is listed in the records and whose time has come, the first to try first. */
export async function ripeServeWishes(
  { store, book }: Both<Pick<Catalogue, 'contentById'>, Pick<ServeWishes, 'dueServeWishes'>>,
  { nowSec, limit }: { nowSec: number; limit: number },
): Promise<ServeWish[]> {
  const ripe: ServeWish[] = [];
  for (const wish of await book.dueServeWishes(nowSec)) {
    if (ripe.length === limit) break;
    if ((await store.contentById(wish.contract, wish.contentId)) !== null) ripe.push(wish);
  }
  return ripe;
}
