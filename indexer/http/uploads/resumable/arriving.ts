import type { Arrived } from '../../../uploads/resumable/asked.ts';
import type { Context } from '../../context.ts';
import { problem } from '../../problems/codes.ts';
import { languagesOf } from '../captions.ts';
import { expired } from './tus-store.ts';

/**
 * An upload that comes in pieces.
 * @param wallet that is signed in; empty where nobody signs in.
 * @throws {HttpProblem} 404 `unknown_upload`, also for one of another wallet, 410 `upload_expired`
 */
export async function ownUpload({ resumable }: Context, id: string, wallet: string): Promise<Arrived> {
  const upload = await resumable.find(id);
  if (upload === null || upload.wallet !== wallet.toLowerCase()) {
    throw problem('unknown_upload', `There is no upload ${id.slice(0, 100)}.`, { field: 'id' });
  }
  if (upload.state === 'over') throw expired();
  return upload;
}

/** How far it is. @returns `null` for what does not come in pieces, or is here. @throws as `ownUpload` */
export async function arrivingAnswer(context: Context, id: string, wallet: string) {
  const known = await context.resumable.find(id);
  if (known === null || known.state === 'complete') return null;
  const { offset, sizeBytes, asked } = await ownUpload(context, id, wallet);
  const upload = {
    id,
    state: 'receiving' as const,
    progress: offset / sizeBytes,
    captions: languagesOf(asked),
    problem: null,
    result: null,
  };
  return { message: 'The file is arriving.', upload };
}
