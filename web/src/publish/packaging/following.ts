import type { Packaging, UploadAnswer } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import type { Action } from '../../contract/action.ts';
import type { Steps } from '../../contract/calls.ts';
import { type Actor, useWalletAction } from '../../contract/use-write.ts';
import { asUploader } from '../as-uploader.ts';
import { endDraft } from '../draft.ts';
import { stage } from '../staged.ts';
import { type QueuedUpload, queue } from './queued.ts';
import { untilPackaged } from './until-packaged.ts';

/** What a packaged upload became. */
export type Packaged = Pick<UploadAnswer, 'meta'>;

interface Following {
  onProgress: (packaging: Packaging) => void;
  signal: AbortSignal;
}

/**
 * Waits until an upload is packaged; then it is published, or waits for that as any other.
 * @throws as `untilPackaged`
 */
export async function followPackaging(
  actor: Actor,
  { id, draft }: QueuedUpload,
  { onProgress, signal }: Following,
  steps: Steps,
): Promise<UploadAnswer> {
  const answer = await asUploader(actor, steps, (token) => {
    const ask = async (leaving: AbortSignal) => (await host.packaging(id, token).load(leaving)).upload;
    return untilPackaged(id, { ask, onProgress, signal });
  });
  const { meta, expires_at: expiresAt } = answer;
  if (expiresAt) stage({ cid: meta.cid, draft, wallet: actor.wallet.address, expiresAt });
  queue(null);
  return answer;
}

/** Follows an upload of an earlier visit. @param onPublished called where the host has published it by itself */
export function useFollowing(
  queued: QueuedUpload,
  onProgress: (packaging: Packaging) => void,
  onPublished: (packaged: Packaged) => void,
): Action {
  return useWalletAction({ what: `packaging:${queued.id}` }, async (actor, steps) => {
    steps.working();
    const { signal } = new AbortController();
    const answer = await followPackaging(actor, queued, { onProgress, signal }, steps);
    if (answer.expires_at) return undefined;
    endDraft(queued.draft);
    onPublished(answer);
    return undefined;
  });
}
