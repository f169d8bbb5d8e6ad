import { join } from 'node:path';
import { pathsOf } from '../config/paths.ts';
import { ContractRevert } from '../contract/calls/revert.ts';
import { serveForCreator, wishedUntil } from '../http/routes/own-stream.ts';
import { offerOf } from '../http/uploads/stage.ts';
import { createDisk } from '../lib/disk.ts';
import { lockFile } from '../lib/locks/file-lock.ts';
import { Processes } from '../lib/locks/processes.ts';
import type { Serving } from '../playback/serving.ts';
import { requireNotTakenDown, TakenDown } from '../playback/takedown/taken-down.ts';
import { ListingAmbiguous, TermsDiffer } from '../publishing/errors.ts';
import type { Listings } from '../publishing/listing.ts';
import type { SealingKey } from '../secrets/seal.ts';
import type { Packaging } from '../store/book.ts';
import { UploadRefused } from '../uploads/packaging/errors.ts';
import { type Ffmpeg, findFfmpeg } from '../uploads/packaging/ffmpeg/ffmpeg.ts';
import { createReEncodingWorker } from '../uploads/packaging/ffmpeg/re-encoding-worker.ts';
import { PackagingIntake } from '../uploads/packaging/intake.ts';
import { type Packaged, type PackagingHooks, PackagingQueue } from '../uploads/packaging/queue.ts';
import { Sources } from '../uploads/packaging/sources.ts';
import type { PackagingWorker } from '../uploads/packaging/worker/packaging-worker.ts';
import type { Infrastructure } from './infrastructure.ts';

interface PackagingParts {
  key: SealingKey;
  worker: PackagingWorker;
  listings: Listings;
  serving: Serving;
}

/** Protected uploads: they are taken at once, and packaged once it is started. */
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
  const lock = () => lockFile(join(at.locks, 'packaging'));
  const queue = new PackagingQueue({ ...infrastructure, worker, sources, key, hooks, stageSec, lock });
  return {
    intake: new PackagingIntake({ book, sources, key, queue }),
    /** @returns what ends it. */
    start: () => queue.start(),
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
function hooksOf(infrastructure: Infrastructure, { listings, serving }: PackagingParts): PackagingHooks {
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
    check: (upload, packaged) =>
      refusing(async () => {
        const offer = offerIn(upload, packaged);
        await requireNotTakenDown(book, offer.cid.key);
        if (network.unsigned) await listings.proposed(offer);
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
  return error instanceof ContractRevert ? 'contract_refused' : null;
}
