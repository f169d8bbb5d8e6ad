import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { orAbort } from '../../lib/with-timeout.ts';
import type { MediaLibrary, StorageName } from '../../media/library.ts';
import { abortable } from '../../media/metered-source.ts';
import type { AddedMedia } from '../../media/storage.ts';
import type { Captions, CaptionsTrack } from '../../uploads/captions.ts';
import { problem } from '../problems/codes.ts';
import { type CaptionsFile, captionsOf } from './captions.ts';
import { pictureOf } from './jpeg.ts';
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
  /** Whether no storage is to see the file as it is. */
  isProtected: (meta: Meta) => boolean;
  /** What `json_data` names of captions. */
  captionsOf: (meta: Meta) => readonly CaptionsTrack[];
  /** Takes the file of a protected upload. @returns how many bytes there were */
  takeAside: (content: AsyncIterable<Uint8Array>) => Promise<number>;
}

export interface ReceivedUpload<Meta> {
  meta: Meta;
  /** `null`: the upload is protected, and its file is aside. */
  media: AddedMedia | null;
  poster: Buffer | null;
  captions: Captions[];
}

/**
 * Streams the `file` of a multipart form into storage while it arrives, `json_data` before or after it. The file is
 * neither held in memory nor in a temporary file, and storage keeps it only once the whole form has arrived and
 * `json_data` is accepted: whatever fails before (a bad field, a limit, a client that goes away) leaves nothing.
 * The file of a protected upload is taken aside instead.
 *
 * Call it before any body parser, on a server whose `requestTimeout` fits the longest upload.
 * @throws {HttpProblem} 400 `malformed_form`, `unknown_part`, `duplicate_part`, `missing_part`, `not_a_file`,
 *   `empty_file`, `upload_aborted`, `json_data_first`, `bad_poster`,
 *   `bad_captions`; 413 `file_too_large`, `json_data_too_large`,
 *   `poster_too_large`, `captions_too_large`; 415 `unsupported_media_type`.
 */
export async function receiveUpload<Meta>(
  req: IncomingMessage,
  options: UploadOptions<Meta>,
): Promise<ReceivedUpload<Meta>> {
  const { parseMeta, storageOf } = options;
  const abort = new AbortController();
  const stop = (reason: unknown) => abort.abort(reason); // the first reason counts
  const accepted = Promise.withResolvers<void>();
  const meta = Promise.withResolvers<Meta>();
  meta.promise.catch(stop);
  const into = meta.promise.then(storageOf);
  into.catch(() => undefined); // told by `stop`
  const got: Partial<Got> = {};
  const way = { ...options, into, accepted: accepted.promise, meta: meta.promise, signal: abort.signal };

  const onFile = (content: Readable, isAfterJson: boolean) => {
    got.isFileFirst = !isAfterJson;
    got.file = isAfterJson
      ? orAbort(meta.promise, abort.signal).then((known) => take(content, known, way))
      : store(content, way);
    got.file.catch(stop);
  };
  const onJson = (json: string) => {
    got.json = json;
    const read = async () => {
      const parsed = await parseMeta(json);
      if (options.isProtected(parsed) && got.isFileFirst) throw jsonFirst();
      return parsed;
    };
    meta.resolve(read());
  };
  const onPoster = (bytes: Buffer) => {
    got.poster = bytes;
  };
  const onCaptions = (files: CaptionsFile[]) => {
    got.captions = files;
  };

  try {
    await readUploadForm(req, options.maxBytes, { onFile, onJson, onPoster, onCaptions }, abort);
    if (got.file === undefined) throw missingPart('file');
    if (got.json === undefined) throw missingPart('json_data');
    const parsed = await meta.promise;
    const poster = posterOf(got.poster, options.isProtected(parsed));
    const captions = captionsOf(got.captions ?? [], options.captionsOf(parsed));
    accepted.resolve();
    req.setTimeout(0); // a chain may take longer than a client may be silent; storage has limits of its own
    return { media: await got.file, meta: parsed, poster, captions };
  } catch (error) {
    stop(error);
    await got.file?.catch(() => undefined); // until storage has cleaned up
    throw abort.signal.reason;
  }
}

interface Got {
  file: Promise<AddedMedia | null>;
  isFileFirst: boolean;
  json: string;
  poster: Buffer;
  captions: CaptionsFile[];
}

type Way<Meta> = Pick<
  UploadOptions<Meta>,
  'storage' | 'through' | 'beforeKept' | 'isProtected' | 'takeAside'
> & {
  into: Promise<StorageName | undefined>;
  /** Resolves when all the rest of the form is in order. */
  accepted: Promise<void>;
  meta: Promise<Meta>;
  signal: AbortSignal;
};

/** A file of which is known what becomes of it. */
async function take<Meta>(content: Readable, meta: Meta, way: Way<Meta>): Promise<AddedMedia | null> {
  if (!way.isProtected(meta)) return await store(content, way);
  if ((await way.takeAside(abortable(content, way.signal))) === 0) throw emptyFile();
  return null;
}

function store<Meta>(content: Readable, way: Way<Meta>): Promise<AddedMedia> {
  return way.storage.add(untilAccepted(way.through(content), way.accepted), {
    signal: way.signal,
    beforeKept: async (media) => way.beforeKept(media, await way.meta),
    into: way.into,
  });
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
  if (empty) throw emptyFile();
  await accepted;
}

function posterOf(bytes: Buffer | undefined, isProtected: boolean): Buffer | null {
  if (bytes === undefined) return null;
  const field = 'poster';
  if (!isProtected) throw problem('bad_poster', 'A poster goes with "protect": true.', { field });
  const picture = pictureOf(bytes);
  if (picture === null) throw problem('bad_poster', 'The poster is no picture in JPEG.', { field });
  return picture;
}

function emptyFile() {
  return problem('empty_file', 'The file is empty.', { field: 'file' });
}

function jsonFirst() {
  const detail =
    'Of a protected upload json_data has to come before the file, so that the file is never stored as it is: curl -F json_data=… -F file=@video.mp4. What was sent now is dropped; where media is kept by a Kubo node, its blocks may be there until that collects its garbage';
  return problem('json_data_first', detail, { field: 'json_data' });
}
