import type { Request, Response } from 'express';
import type { ByteRange, MediaStorage } from '../../../media/storage.ts';
import { blocksOf } from '../../../media/unixfs/storage-blocks.ts';
import { contentDisposition } from '../content-disposition.ts';
import type { Found } from '../content-path.ts';
import type { ReaderLimit } from '../reader-limit.ts';
import { RAW_TYPE } from '../representation.ts';
import { filenameOf, sendPart } from '../send-file.ts';

export interface Subject {
  req: Request;
  res: Response;
  found: Found;
  /** Headers of the answer, whatever it is. */
  common: Readonly<Record<string, string>>;
  limit: ReaderLimit | undefined;
  storage: Pick<MediaStorage, 'block'>;
}

/** One block as it is, or a range of it. While its reader has stopped it is not held. */
export async function sendBlock({ req, res, found, common, limit, storage }: Subject): Promise<void> {
  const blocks = blocksOf(storage);
  const { length: sizeBytes } = await blocks.read(found.root);
  async function* read({ offset, length, signal }: ByteRange) {
    yield (await blocks.read(found.root, signal)).subarray(offset, offset + length);
  }
  const headers = async () => ({
    'Content-Type': RAW_TYPE,
    'Content-Disposition': contentDisposition('attachment', filenameOf(req) || `${found.cid}.bin`),
  });
  await sendPart(req, res, { etag: `"${found.cid}.raw"`, sizeBytes, common, headers, limit, read });
}
