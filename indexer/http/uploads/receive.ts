import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { MediaLibrary, StorageName } from '../../media/library.ts';
import type { AddedMedia } from '../../media/storage.ts';
import { problem } from '../problems/codes.ts';
import { missingPart, readUploadForm } from './multipart.ts';

export interface UploadOptions<Meta> {
  storage: Pick<MediaLibrary, 'add'>;
  /** Largest file taken. */
  maxBytes: number;
  /** Reads and checks `json_data`. What it throws ends the upload and is what the caller gets. */
  parseMeta: (json: string) => Meta | Promise<Meta>;
  /** What the file passes through on its way into storage; what it throws ends the upload, too. */
  through: (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Called when all is accepted, before storage keeps the file; what it throws ends the upload. */
  beforeKept: (media: AddedMedia, meta: Meta) => Promise<void>;
  /** Which storage `json_data` asks for; by default the library's. */
  storageOf: (meta: Meta) => StorageName | undefined;
}

export interface ReceivedUpload<Meta> extends AddedMedia {
  meta: Meta;
}

/**
 * Streams the `file` of a multipart form into storage while it arrives, `json_data` before or after it. The file is
 * neither held in memory nor in a temporary file, and storage keeps it only once the whole form has arrived and
 * `json_data` is accepted: whatever fails before (a bad field, a limit, a client that goes away) leaves nothing.
 *
 * Call it before any body parser, on a server whose `requestTimeout` fits the longest upload.
 * @throws {HttpProblem} 400 `malformed_form`, `unknown_part`, `duplicate_part`, `missing_part`, `not_a_file`,
 *   `empty_file`, `upload_aborted`; 413 `file_too_large`, `json_data_too_large`; 415 `unsupported_media_type`.
 */
export async function receiveUpload<Meta>(
  req: IncomingMessage,
  { storage, maxBytes, parseMeta, through, beforeKept, storageOf }: UploadOptions<Meta>,
): Promise<ReceivedUpload<Meta>> {
  const abort = new AbortController();
  const stop = (reason: unknown) => abort.abort(reason); // the first reason counts
  const accepted = Promise.withResolvers<void>();
  const meta = Promise.withResolvers<Meta>();
  meta.promise.catch(stop);
  const into = meta.promise.then(storageOf);
  into.catch(() => undefined); // told by `stop`
  const got: { file?: Promise<AddedMedia>; json?: string } = {};

  const onFile = (content: Readable) => {
    got.file = storage.add(untilAccepted(through(content), accepted.promise), {
      signal: abort.signal,
      beforeKept: async (media) => beforeKept(media, await meta.promise),
      into,
    });
    got.file.catch(stop);
  };
  const onJson = (json: string) => {
    got.json = json;
    meta.resolve(Promise.resolve(json).then(parseMeta));
  };

  try {
    await readUploadForm(req, maxBytes, { onFile, onJson }, abort);
    if (got.file === undefined) throw missingPart('file');
    if (got.json === undefined) throw missingPart('json_data');
    await meta.promise;
    accepted.resolve();
    req.setTimeout(0); // a chain may take longer than a client may be silent; storage has limits of its own
    return { ...(await got.file), meta: await meta.promise };
  } catch (error) {
    stop(error);
    await got.file?.catch(() => undefined); // until storage has cleaned up
    throw abort.signal.reason;
  }
}

/** Ends, as storage sees it, only when the rest of the form is in order. */
async function* untilAccepted(
  content: AsyncIterable<Uint8Array>,
  accepted: Promise<void>,
): AsyncGenerator<Uint8Array> {
  let empty = true;
  for await (const chunk of content) {
    empty = false;
    yield chunk;
  }
  if (empty) {
    throw problem('empty_file', 'The file is empty.', { field: 'file' });
  }
  await accepted;
}
