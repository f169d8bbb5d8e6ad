import { canonicalCid } from '../lib/cid.ts';
import { pollUntil } from '../lib/poll-until.ts';
import type { StagedUploads } from '../store/book.ts';
import { UploadLost } from './errors.ts';

/** An upload that has not been heard of for so long is given up: by then its connection is long closed. */
export const ALIVE_SEC = 600;
const LEAVING_TIMEOUT_MS = 30_000;
const LEAVING_POLL_MS = 50;

/** What is known of an upload before storage keeps it. */
interface NamedUpload {
  id: string;
  cid: string;
  videoName: string;
  sizeBytes: number;
  /** Who is to publish it, where that was not known when it began. */
  wallet?: string;
}

type Naming = ReturnType<StagedUploads['nameUpload']>;

/** Says once more what storage is about to keep for the upload. */
export function nameOnce(
  book: Pick<StagedUploads, 'nameUpload'>,
  { wallet, ...upload }: NamedUpload,
  nowSec: number,
): Naming {
  const cidKey = canonicalCid(upload.cid) ?? upload.cid;
  const of = wallet !== undefined && { wallet: wallet.toLowerCase() };
  return book.nameUpload({ ...upload, ...of, cidKey, aliveUntilSec: nowSec + ALIVE_SEC });
}

/** Names the upload once the same content is not being removed any more. @throws {UploadLost} */
export async function nameForStorage(name: () => Naming): Promise<void> {
  const look = async () => {
    const answer = await name();
    return answer !== 'leaving' && answer;
  };
  const timing = { everyMs: LEAVING_POLL_MS, timeoutMs: LEAVING_TIMEOUT_MS };
  if ((await pollUntil(look, timing)) !== 'named') throw lost();
}

export function lost(): UploadLost {
  return new UploadLost('The upload took so long that its place was given up.');
}
