/**
 * The part of a host that stages uploads, over real records and media; also a process of its own, for tests that kill
 * it: `node host.ts DATA_DIR upload|expire NOW_SEC`.
 */
import { join } from 'node:path';
import { pathsOf } from '../../../indexer/config/paths.ts';
import type { Counters } from '../../../indexer/counters/counters.ts';
import { createMemoryCounters } from '../../../indexer/counters/memory.ts';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { openSqliteStores } from '../../../indexer/store/sqlite/index.ts';
import { createExpiry } from '../../../indexer/uploads/expiry.ts';
import { createStaging, type UploadQuota } from '../../../indexer/uploads/staging.ts';
import { CHUNK, file } from '../media/content.ts';

export const CREATOR = `0x${'c1'.repeat(20)}`;
export const DAY = 86_400;
export const SIZE = 3 * CHUNK + 1_234;
const QUOTA: UploadQuota = {
  walletBytes: 2 ** 30,
  walletUploads: 10,
  hostBytes: 2 ** 30,
  clientDayBytes: 2 ** 30,
  clientDayUploads: 10,
  chainDayBytes: 2 ** 30,
};

export interface StagingHostOptions {
  dataDir: string;
  nowSec: () => number;
  quota?: Partial<UploadQuota>;
  counters?: Pick<Counters, 'add'>;
}

export async function openStagingHost({
  dataDir,
  nowSec,
  quota,
  counters = createMemoryCounters(),
}: StagingHostOptions) {
  const { store, book } = openSqliteStores(pathsOf({ dataDir, deploymentsDir: '' }));
  const storage = await openFileStorage({ folder: join(dataDir, 'media'), log: () => undefined });
  const chain = { status: () => ({ synced: true }), head: async () => 0, waitFor: async () => undefined };
  const log = { info: () => undefined, warn: (facts: { err: unknown }) => Promise.reject(facts.err) };
  const expire = createExpiry({ store, book, storage, chain, log, nowSec });
  const all = { ...QUOTA, ...quota };
  const staging = createStaging({ store, book, counters, quota: all, stageSec: DAY, expire, nowSec });
  return {
    store,
    book,
    storage,
    staging,
    expire,
    async upload(content: () => AsyncIterable<Uint8Array> = () => file(SIZE)): Promise<string> {
      const upload = await staging.begin({ wallet: CREATOR, client: '203.0.113.7', expectedBytes: 0 });
      const { cid } = await storage.add(upload.metered(content()), {
        beforeKept: (media) => upload.beforeKept(media, { videoName: 'Sample', isPaid: false }),
      });
      await upload.stage();
      return cid;
    },
    async close() {
      await storage.close();
      await store.close();
      await book.close();
    },
  };
}

if (import.meta.main) {
  const [dataDir = '', task, now = '0'] = process.argv.slice(2);
  const host = await openStagingHost({ dataDir, nowSec: () => Number(now) });
  await (task === 'upload' ? host.upload() : host.expire());
  await host.close();
}
