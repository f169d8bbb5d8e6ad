import type { Packaging } from '../api/answers.ts';
import { HostRefused, HostUnreachable } from '../api/errors.ts';
import { upload } from '../api/upload.ts';
import type { Steps } from '../contract/calls.ts';
import type { Actor } from '../contract/use-write.ts';
import { noteArriving } from './arriving/arriving.ts';
import { asUploader } from './as-uploader.ts';
import type { SentCaptions } from './captions/captions-files.ts';
import { computeCid } from './compute-cid.ts';
import type { Draft } from './draft.ts';
import type { Taken } from './poster/use-poster.ts';
import { createMeter, type Progress } from './progress.ts';
import { uploadTermsOf } from './terms.ts';

/** An upload, and what is made of it. */
export interface Transfer {
  upload: Progress;
  /** Of a clear file, whose CID is computed here meanwhile. */
  hashedBytes?: number;
  /** As computed here. */
  cid?: string;
  /** The host's answer. */
  hostCid?: string;
  /** The reason why this host does not serve the file, though it was asked to. */
  notServed?: string;
  /** The name on chain: an older one if the creator has published the file before. */
  name?: string;
  /** As far as this browser knows it. */
  durationSec?: number | null;
  /** Once all of it is there: what the host makes of it. */
  packaging?: Packaging;
}

export interface TransferRequest {
  file: File;
  draft: Draft;
  /** The picture that goes with it. */
  poster: () => Promise<Taken>;
  captions: readonly SentCaptions[];
  signal: AbortSignal;
  setTransfer: (change: (last: Transfer | undefined) => Transfer) => void;
}

/** What is at the host. */
export interface Sent {
  id: string;
  /** As computed here; `null` where the host makes something else of the file. */
  cid: Promise<string> | null;
}

/** Uploads without `serve` where the host refuses to serve for this creator. @returns the draft that was sent, too. */
export async function transferAnyhow(actor: Actor, sending: TransferRequest, steps: Steps) {
  const { draft, setTransfer } = sending;
  try {
    return { ...(await transferFile(actor, sending, steps)), draft };
  } catch (error) {
    if (!draft.serve || !isAboutServing(error)) throw error;
    const instead = { ...draft, serve: false };
    const sent = await transferFile(actor, { ...sending, draft: instead }, steps);
    setTransfer((last) => ({ ...(last as Transfer), notServed: error.problem.detail }));
    return { ...sent, draft: instead };
  }
}

const NOT_SERVED = ['serving_not_set_up', 'serving_not_allowed', 'served_for_another'];

function isAboutServing(error: unknown): error is HostRefused {
  return error instanceof HostRefused && NOT_SERVED.includes(error.problem.code);
}

/** @throws {HostRefused}, {HostUnreachable}, and the wallet's errors */
async function transferFile(
  actor: Actor,
  { file, draft, poster, captions, signal, setTransfer }: TransferRequest,
  steps: Steps,
): Promise<Sent> {
  const meter = createMeter(file.size);
  const begun: Transfer = { upload: meter(0, performance.now()) };
  const note = (part: Partial<Transfer>) => setTransfer((last) => ({ ...begun, ...last, ...part }));
  const onProgress = (bytes: number) => {
    note({ upload: meter(bytes, performance.now()) });
    const { name: fileName, size: totalBytes } = file;
    const { wallet } = actor;
    const beside = captions.length;
    if (bytes > 0) noteArriving({ fileName, bytes, totalBytes, captions: beside, wallet: wallet.address });
  };
  const meta = { ...uploadTermsOf(draft, actor.wallet.address, actor.chain), ...tracksOf(captions) };

  setTransfer(() => begun);
  const { picture, durationSec } = await poster();
  note({ durationSec });
  const send = (token: string | null) => {
    note({ upload: begun.upload });
    const beside = { poster: draft.protect ? picture : null, captions };
    return upload({ file, ...beside, meta, token, onProgress, signal });
  };
  // Of a protected video the host makes a directory.
  const cid = draft.protect ? null : hashing(file, note, signal);
  try {
    return { id: await asUploader(actor, steps, send), cid };
  } catch (error) {
    // What the line has broken off goes on another time; what was cancelled or refused does not.
    if (!(error instanceof HostUnreachable)) noteArriving(null);
    throw error;
  }
}

function tracksOf(captions: readonly SentCaptions[]) {
  if (captions.length === 0) return {};
  return { captions: captions.map(({ language, label }) => ({ language, label })) };
}

function hashing(file: File, note: (part: Partial<Transfer>) => void, signal: AbortSignal): Promise<string> {
  note({ hashedBytes: 0 });
  const computed = computeCid(file, (hashedBytes) => note({ hashedBytes }), signal);
  computed.then(
    (cid) => note({ cid }),
    () => undefined,
  );
  return computed;
}
