import { useRef, useState } from 'react';
import type { UploadAnswer } from '../api/answers.ts';
import { HostRefused } from '../api/errors.ts';
import { endSession, sessionOf } from '../api/session.ts';
import { upload } from '../api/upload.ts';
import type { Action } from '../contract/action.ts';
import type { Steps } from '../contract/calls.ts';
import { CidDiffers } from '../contract/errors.ts';
import { type Actor, putOnChain, useWalletAction } from '../contract/use-write.ts';
import { computeCid } from './compute-cid.ts';
import { type Draft, endDraft } from './draft.ts';
import { createMeter, type Progress } from './progress.ts';
import { type StagedUpload, stage } from './staged.ts';
import { publishing, uploadTermsOf } from './terms.ts';

/** An upload, and the CID that is computed here meanwhile. */
export interface Transfer {
  upload: Progress;
  hashedBytes: number;
  /** As computed here. */
  cid?: string;
  /** The host's answer. */
  hostCid?: string;
  /** The reason why this host does not serve the file, though it was asked to. */
  notServed?: string;
  /** The name on chain: an older one if the creator has published the file before. */
  name?: string;
}

export interface FilePublication {
  action: Action;
  transfer: Transfer | undefined;
  cancel(): void;
}

/** Uploads the file and publishes it: at once where the host does that, else by the wallet once it is there. */
export function usePublishing(
  file: File | undefined,
  draft: Draft,
  onPublished: () => void,
): FilePublication {
  const [transfer, setTransfer] = useState<Transfer>();
  const leaving = useRef(new AbortController());

  const onDone = () => {
    published(draft);
    onPublished();
  };
  const action = useWalletAction({ what: 'publish', onDone }, async (actor, steps) => {
    if (!file) throw new Error('There is no file.');
    leaving.current = new AbortController();
    const { signal } = leaving.current;
    const sending = { file, draft, signal, setTransfer };
    const { answer, sent } = await transferAnyhow(actor, sending, steps).finally(() =>
      leaving.current.abort(),
    );
    const { cid } = answer.meta;
    // The host has published it, and shows it.
    if (!answer.expires_at) return undefined;
    stage({ cid, draft: sent, wallet: actor.wallet.address, expiresAt: answer.expires_at });
    return await putOnChain(actor, publishing(sent, cid, actor.chain), steps);
  });
  return { action, transfer, cancel: () => leaving.current.abort() };
}

/** Publishes an upload of an earlier visit. */
export function useStagedPublishing({ cid, draft }: StagedUpload): Action {
  return useWalletAction({ what: `publish:${cid}`, onDone: () => published(draft) }, (actor, steps) =>
    putOnChain(actor, publishing(draft, cid, actor.chain), steps),
  );
}

function published(draft: Draft): void {
  stage(null);
  endDraft(draft);
}

interface TransferRequest {
  file: File;
  draft: Draft;
  signal: AbortSignal;
  setTransfer: (change: (last: Transfer | undefined) => Transfer) => void;
}

/** Uploads without `serve` where the host refuses to serve for this creator. @returns the draft that was sent, too. */
async function transferAnyhow(actor: Actor, sending: TransferRequest, steps: Steps) {
  const { draft, setTransfer } = sending;
  try {
    return { answer: await transferFile(actor, sending, steps), sent: draft };
  } catch (error) {
    if (!draft.serve || !isAboutServing(error)) throw error;
    const sent = { ...draft, serve: false };
    const answer = await transferFile(actor, { ...sending, draft: sent }, steps);
    setTransfer((last) => ({ ...(last as Transfer), notServed: error.problem.detail }));
    return { answer, sent };
  }
}

const NOT_SERVED = ['serving_not_set_up', 'serving_not_allowed', 'served_for_another'];

function isAboutServing(error: unknown): error is HostRefused {
  return error instanceof HostRefused && NOT_SERVED.includes(error.problem.code);
}

/** @throws {CidDiffers}, {HostRefused}, {HostUnreachable}, and the wallet's errors */
async function transferFile(
  actor: Actor,
  { file, draft, signal, setTransfer }: TransferRequest,
  steps: Steps,
): Promise<UploadAnswer> {
  const meter = createMeter(file.size);
  const begun: Transfer = { upload: meter(0, performance.now()), hashedBytes: 0 };
  const note = (part: Partial<Transfer>) => setTransfer((last) => ({ ...begun, ...last, ...part }));
  const onProgress = (bytes: number) => note({ upload: meter(bytes, performance.now()) });
  const meta = uploadTermsOf(draft, actor.wallet.address, actor.chain);
  const send = async () => {
    const token = actor.chain.unsigned ? null : await sessionOf(actor.wallet, steps.wallet);
    steps.working();
    note({ upload: begun.upload });
    return await upload({ file, meta, token, onProgress, signal });
  };

  setTransfer(() => begun);
  const hashing = computeCid(file, (hashedBytes) => note({ hashedBytes }), signal);
  hashing.then(
    (cid) => note({ cid }),
    () => undefined,
  );
  const answer = await send().catch((error: unknown) => {
    if (!isSessionOver(error)) throw error;
    endSession();
    return send();
  });
  note({ hostCid: answer.meta.cid, name: answer.meta.video_name });
  const cid = await hashing;
  if (cid !== answer.meta.cid) throw new CidDiffers(answer.meta.cid, cid);
  return answer;
}

function isSessionOver(error: unknown): boolean {
  return error instanceof HostRefused && error.problem.status === 401;
}
