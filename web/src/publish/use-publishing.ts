import { useState } from 'react';
import type { Packaging, UploadAnswer } from '../api/answers.ts';
import type { Action } from '../contract/action.ts';
import type { Steps } from '../contract/calls.ts';
import { CidDiffers, NotPackaged } from '../contract/errors.ts';
import { type Actor, putOnChain, useWalletAction } from '../contract/use-write.ts';
import { useWallet } from '../wallet/wallet.ts';
import { noteArriving } from './arriving/arriving.ts';
import { type Draft, endDraft } from './draft.ts';
import { followPackaging } from './packaging/following.ts';
import { queue } from './packaging/queued.ts';
import { type StagedUpload, stage } from './staged.ts';
import { publishing } from './terms.ts';
import { type Transfer, type TransferRequest, transferAnyhow } from './transfer.ts';

/** What ends the upload of each wallet. Kept outside of the view, as its action is: who comes back to it can still cancel. */
const leaving = new Map<string, AbortController>();

export interface FilePublication {
  action: Action;
  transfer: Transfer | undefined;
  /** Ends the upload; `undefined` where there is nothing to end. */
  cancel: (() => void) | undefined;
}

/** Uploads the file and publishes it: at once where the host does that, else by the wallet once it is there. */
export function usePublishing(
  file: File | undefined,
  draft: Draft,
  beside: Pick<TransferRequest, 'poster' | 'captions'>,
  onPublished: () => void,
): FilePublication {
  const [transfer, setTransfer] = useState<Transfer>();
  const address = useWallet()?.address ?? '';

  const onDone = () => {
    published(draft);
    onPublished();
  };
  const action = useWalletAction({ what: 'publish', onDone }, async (actor, steps) => {
    if (!file) throw new Error('There is no file.');
    const cancelling = new AbortController();
    leaving.set(actor.wallet.address, cancelling);
    const { signal } = cancelling;
    const sending = { file, draft, ...beside, signal, setTransfer };
    const { answer, sent } = await kept(actor, sending, steps).finally(() => cancelling.abort());
    const { cid } = answer.meta;
    // The host has published it, and shows it.
    if (!answer.expires_at) return undefined;
    stage({ cid, draft: sent, wallet: actor.wallet.address, expiresAt: answer.expires_at });
    return await putOnChain(actor, publishing(sent, cid, actor.chain), steps);
  });
  const isUploading = action.state.step === 'working' && transfer?.packaging === undefined;
  return { action, transfer, cancel: isUploading ? () => leaving.get(address)?.abort() : undefined };
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

/**
 * Uploads, and waits until the host has made of it what is asked for.
 * @returns the draft that was sent, too. @throws {CidDiffers}, {NotPackaged}, and as both steps
 */
async function kept(
  actor: Actor,
  sending: TransferRequest,
  steps: Steps,
): Promise<{ answer: UploadAnswer; sent: Draft }> {
  const { id, cid: computed, draft: sent } = await transferAnyhow(actor, sending, steps);
  const note = (part: Partial<Transfer>) =>
    sending.setTransfer((last) => ({ ...(last as Transfer), ...part }));
  const { durationSec } = await sending.poster();
  const queued = { id, draft: sent, wallet: actor.wallet.address, durationSec };
  queue(queued);
  noteArriving(null);
  note({ packaging: { id, state: 'queued', progress: 0, problem: null, result: null } });
  const onProgress = (packaging: Packaging) => note({ packaging });
  const { signal } = sending;
  try {
    const answer = await followPackaging(actor, queued, { onProgress, signal }, steps);
    note({ hostCid: answer.meta.cid, name: answer.meta.video_name });
    const cid = await computed;
    if (cid !== null && cid !== answer.meta.cid) {
      stage(null);
      throw new CidDiffers(answer.meta.cid, cid);
    }
    return { answer, sent };
  } catch (error) {
    if (error instanceof NotPackaged) queue(null);
    throw error;
  }
}
