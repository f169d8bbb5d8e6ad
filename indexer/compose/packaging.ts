import { join } from 'node:path';
import { pathsOf } from '../config/paths.ts';
import { ContractRevert } from '../contract/calls/revert.ts';
import { serveForCreator, wishedUntil } from '../http/routes/own-stream.ts';
import { offerOf } from '../http/uploads/stage.ts';
import { createDisk } from '../lib/disk.ts';
import { lockFile } from '../lib/locks/file-lock.ts';
import { Processes } from '../lib/locks/processes.ts';
import { repeat } from '../lib/repeat.ts';
import type { Serving } from '../playback/serving.ts';
import { requireNotTakenDown, TakenDown } from '../playback/takedown/taken-down.ts';
import { ListingAmbiguous, TermsDiffer } from '../publishing/errors.ts';
import type { Listings } from '../publishing/listing.ts';
import type { SealingKey } from '../secrets/seal.ts';
import type { Packaged, Packaging, PackagingLane } from '../store/book.ts';
import { QuotaExceeded, QuotaSpent } from '../uploads/errors.ts';
import { UploadRefused } from '../uploads/packaging/errors.ts';
import { type Ffmpeg, findFfmpeg } from '../uploads/packaging/ffmpeg/ffmpeg.ts';
import { createReEncodingWorker } from '../uploads/packaging/ffmpeg/re-encoding-worker.ts';
import { PackagingIntake } from '../uploads/packaging/intake.ts';
import { type PackagingHooks, PackagingQueue } from '../uploads/packaging/queue.ts';
import { Sources } from '../uploads/packaging/sources.ts';
import type { PackagingWorker } from '../uploads/packaging/worker/packaging-worker.ts';
import { ResumableFiles } from '../uploads/resumable/files.ts';
import { ResumableIntake } from '../uploads/resumable/resumable-intake.ts';
import { openUploadLocks } from '../uploads/resumable/upload-locks.ts';
import type { Staging } from '../uploads/staging.ts';
import type { Infrastructure } from './infrastructure.ts';

interface PackagingParts {
  key: SealingKey;
  worker: PackagingWorker;
  listings: Listings;
  serving: Serving;
  staging: Staging;
}

const SWEEP_PAUSE_MS = 60_000;

/** Protected uploads, and those that come in pieces: they are taken at once, and packaged or kept once it is started. */
export async function openPackaging(infrastructure: Infrastructure, parts: PackagingParts) {
  const { config, book } = infrastructure;
  const at = pathsOf(config);
  const processes = Processes.open(join(at.locks, 'processes'));
  const sources = await Sources.open(at.packaging, processes);
  await sources.sweep(() => book.unpackaged());
  const { key } = parts;
  const worker = withFfmpeg(infrastructure, parts.worker);
  const hooks = hooksOf(infrastructure, parts);
  const stageSec = config.uploadStageSec;
  const queueOf = (lane: PackagingLane, lockName: string) => {
    const lock = () => lockFile(join(at.locks, lockName));
    return new PackagingQueue({ ...infrastructure, worker, sources, key, hooks, stageSec, lock, lane });
  };
  const queues = { packaged: queueOf('packaged', 'packaging'), kept: queueOf('kept', 'keeping') };
  const intake = new PackagingIntake({ book, sources, key, queues });
  const files = await ResumableFiles.open(at.uploads);
  const resumable = new ResumableIntake({
    ...infrastructure,
    ...{ staging: parts.staging, packaging: intake, files, stageSec },
    lock: openUploadLocks(join(at.locks, 'uploads')),
    disk: createDisk(config.dataDir),
    // A node of its own has a disk of its own.
    copies: infrastructure.storage.ipfs.name === 'files' ? 2 : 1,
  });
  return {
    intake,
    resumable,
    /** @returns what ends it. */
    start() {
      const stops = [
        queues.packaged.start(),
        queues.kept.start(),
        repeat(SWEEP_PAUSE_MS, () => resumable.sweep()),
      ];
      return async () => void (await Promise.all(stops.map((stop) => stop())));
    },
    [Symbol.dispose]: () => processes.close(),
  };
}

/** It is looked for when it is first needed; at once, where renditions are asked for. */
function withFfmpeg({ config, log }: Infrastructure, worker: PackagingWorker): PackagingWorker {
  const { ffmpeg: command, renditions } = config;
  if (command === null) return worker;
  let found: Promise<Ffmpeg | null> | null = null;
  const find = () =>
    (found ??= findFfmpeg(command).catch((error: unknown) => {
      found = null; // The next time it may be known.
      throw error;
    }));
  if (renditions.length > 0) {
    void find().then(
      (ffmpeg) => {
        if (ffmpeg === null)
          log.warn({ ffmpeg: command }, 'no RENDITIONS are made: there is no ffmpeg with libx264');
      },
      (error: unknown) => log.warn({ err: error, ffmpeg: command }, 'ffmpeg could not be tried yet'),
    );
  }
  return createReEncodingWorker(worker, { find, renditions, disk: createDisk(config.dataDir), log });
}

/** As other uploads are checked, published and served, when their time comes. */
function hooksOf(infrastructure: Infrastructure, parts: PackagingParts): PackagingHooks {
  const { listings, serving, staging } = parts;
  const { book, network, config, log, nowSec } = infrastructure;
  const offerIn = ({ offer }: Packaging, { cid }: Packaged) => offerOf(JSON.parse(offer), cid);

  async function serve(upload: Packaging, packaged: Packaged): Promise<void> {
    const offer = offerIn(upload, packaged);
    const { call, contentId } = await listings.proposed(offer);
    const { contract, args } = call;
    const listed = { contract, contentId, cid: args.cid, cidKey: offer.cid.key, creator: offer.creator };
    const untilSec = wishedUntil(nowSec() + config.uploadStageSec);
    await serveForCreator({ serving, nowSec }, upload.client, listed, untilSec);
  }

  return {
    check: (upload, packaged, { isFirst }) =>
      refusing(async () => {
        const offer = offerIn(upload, packaged);
        await requireNotTakenDown(book, offer.cid.key);
        if (network.unsigned) await listings.proposed(offer);
        if (upload.keptIn === 'ethstorage' && isFirst) await staging.countPaid(packaged.sizeBytes);
      }),
    finish: (upload, packaged) =>
      refusing(async () => {
        if (network.unsigned) await listings.publishOnce(offerIn(upload, packaged));
        if (!upload.serve) return;
        await serve(upload, packaged).catch((error: unknown) => {
          log.warn({ err: error, upload: upload.id, cid: packaged.cid }, 'what is packaged is not served');
        });
      }),
  };
}

/** @throws {UploadRefused} for what no later try would change */
async function refusing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === null || !(error instanceof Error)) throw error;
    throw new UploadRefused(error.message, { code, cause: error });
  }
}

function codeOf(error: unknown): string | null {
  if (error instanceof TakenDown) return 'taken_down';
  if (error instanceof TermsDiffer) return 'terms_differ';
  if (error instanceof ListingAmbiguous) return 'ambiguous_listing';
  if (error instanceof QuotaExceeded) return 'quota_exceeded';
  if (error instanceof QuotaSpent) return 'upload_quota_spent';
  return error instanceof ContractRevert ? 'contract_refused' : null;
}
