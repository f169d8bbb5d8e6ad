import type { RequestHandler } from 'express';
import { createPackagedForms, type PackagedForm } from '../media/packaged.ts';
import { createMirrorAge } from '../playback/sale/mirror-age.ts';
import { createServedCheck, type ServedCheck } from '../playback/takedown/served-check.ts';
import { type CachedResponses, createCachedResponses } from './cache/cached-responses.ts';
import type { AppDeps } from './deps.ts';
import { createFeedReader, type FeedReader } from './feed/reader.ts';
import { createAdmission } from './gateway/admission.ts';
import { createReaderLimit, type ReaderLimit } from './gateway/reader-limit.ts';
import { createMetrics, type Metrics, type VoucherLevel } from './middleware/metrics.ts';
import { createProviderGate, type ProviderGate } from './middleware/provider-gate.ts';
import { limitUploads } from './middleware/rate-limit.ts';
import { createGate, type Gate } from './middleware/session.ts';
import { createSerializer, decimal, type Serializer } from './serialize/serializer.ts';
import { createSharedVideos, type SharedVideos } from './sharing/shared-video.ts';

/** What the host is made of, and what several resources make of it. */
export interface Context extends AppDeps {
  metrics: Metrics;
  serializer: Serializer;
  gate: Gate;
  providerGate: ProviderGate;
  cachedResponses: CachedResponses;
  feedReader: FeedReader;
  /** What is taken off this host does not leave it. */
  servedCheck: ServedCheck;
  /** For how many seconds the records may have lacked what stands on the chain. */
  mirrorAgeSec(): Promise<number>;
  packagedForm(cid: string): Promise<PackagedForm>;
  /** Rejects where a canonical CID is here and may not leave unpaid; undefined where all may. */
  admitUnpaid: ((cid: string) => Promise<void>) | undefined;
  sharedVideo: SharedVideos;
  /** Counts files that are read, at whatever path. */
  readerLimit: ReaderLimit;
  /** Before what costs much, beside the limits of all calls. */
  limitUploads: readonly RequestHandler[];
}

export function createContext(deps: AppDeps): Context {
  const { store, book, chain, tokens, signIn, nowSec } = deps;
  const gate = createGate(signIn);
  const serializer = createSerializer(tokens, book, nowSec);
  const feedReader = createFeedReader({ store, book, serializer, log: deps.log });
  chain.onIndexed(feedReader.poll);
  const packagedForm = createPackagedForms(deps.storage);
  const isOpen = deps.config.unsigned || deps.config.openGateway;
  const admitUnpaid = isOpen ? undefined : createAdmission({ ...deps, packagedForm });
  return {
    ...deps,
    ...{ packagedForm, admitUnpaid },
    mirrorAgeSec: createMirrorAge(chain, nowSec),
    sharedVideo: createSharedVideos({ ...deps, admitUnpaid }),
    metrics: createMetrics({
      status: () => chain.status(),
      takedowns: () => book.countTakedowns(),
      looks: () => book.countProbes(),
      proven: () => book.countProven(),
      vouchers: () => voucherLevels(deps),
      backupAgeSec: async () => nowSec() - (await book.backupState()).sinceSec,
      freeBytes: () => deps.disk.freeBytes(),
      operatorBalance: () => chain.operatorBalance(),
    }),
    serializer,
    gate,
    providerGate: createProviderGate(deps, gate),
    feedReader,
    cachedResponses: createCachedResponses(deps),
    servedCheck: createServedCheck(deps),
    readerLimit: createReaderLimit(deps.config.mediaReadsPerClient),
    limitUploads: limitUploads(deps),
  };
}

async function voucherLevels({ book, provider, tokens, nowSec }: AppDeps): Promise<VoucherLevel[]> {
  const sums = provider === null ? [] : await book.unclaimed(provider.wallet);
  return await Promise.all(
    sums.map(async ({ total, oldestAtSec, byContent: _, ...level }) => {
      const amount = Number(decimal(total, await tokens.describe(level.token)));
      return { ...level, amount, oldestSec: nowSec() - oldestAtSec };
    }),
  );
}
