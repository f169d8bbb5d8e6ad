import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Busboy } from 'busboy';
import busboy from 'busboy';
import { messageOf } from '../../lib/errors.ts';
import { MAX_CAPTIONS, MAX_CAPTIONS_BYTES } from '../../uploads/captions.ts';
import { decodeUtf8 } from '../middleware/json.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import type { CaptionsFile } from './captions.ts';

/** The parts of an upload as they arrive, each but captions at most once, in whatever order the client sends them. */
export interface UploadParts {
  /** `isAfterJson`: `json_data` has begun to arrive before. */
  onFile: (content: Readable, isAfterJson: boolean) => void;
  onJson: (json: string) => void;
  onPoster: (bytes: Buffer) => void;
  /** In their order. */
  onCaptions: (files: CaptionsFile[]) => void;
}

const MAX_JSON_BYTES = 64 * 1024;
/** Of files that are held in memory. */
const MAX_BYTES = { poster: 2 * 1024 ** 2, captions: MAX_CAPTIONS_BYTES };
/** Room for boundaries and part headers around the parts. */
const MAX_FRAMING_BYTES = 16 * 1024;
/** How much larger than its file a form can be. */
export const MAX_FORM_BYTES_AROUND_FILE =
  MAX_JSON_BYTES + MAX_BYTES.poster + MAX_CAPTIONS * MAX_BYTES.captions + MAX_FRAMING_BYTES;

/**
 * Reads a multipart form of at most one `file`, one `json_data`, one `poster`, and `captions`; resolves when all of it has arrived.
 * @param abort ends the reading when it aborts, and is aborted here, with an `HttpProblem`, by a form that is wrong.
 * @throws the reason of the abort. The rest of the request is read and dropped, so that a client that is still
 *   sending gets to see the answer.
 */
export async function readUploadForm(
  req: IncomingMessage,
  maxFileBytes: number,
  parts: UploadParts,
  abort: AbortController,
): Promise<void> {
  const form = openForm(req, maxFileBytes);
  const refuse = (problem: unknown) => abort.abort(problem); // the first reason counts
  const seen = new Set<string>();
  const isFirst = (name: string) => {
    if (seen.has(name)) refuse(bad('duplicate_part', name, `The form has more than one part ${name}.`));
    return !abort.signal.aborted && seen.add(name);
  };
  const reading: Promise<void>[] = [];
  const captions: Promise<CaptionsFile>[] = [];
  const take = <T>(read: Promise<T>, part: (value: T) => void) => {
    reading.push(read.then(part).catch(refuse));
  };

  form.on('field', (name, value, { valueTruncated }) => {
    if (name !== 'json_data') refuse(unexpected(name));
    else if (valueTruncated) refuse(tooLarge(name, MAX_JSON_BYTES));
    else if (value.includes(LOST)) refuse(noUtf8(name));
    else if (isFirst(name)) parts.onJson(value);
  });
  form.on('file', (name, content, { filename }) => {
    content.on('error', () => undefined); // it breaks when the form does, and that is told below
    if (name === 'json_data') {
      if (isFirst(name)) take(readJson(content), parts.onJson);
    } else if (name === 'poster') {
      if (isFirst(name)) take(readBeside(content, name), parts.onPoster);
    } else if (name === 'captions') {
      if (captions.length === MAX_CAPTIONS) refuse(bad('duplicate_part', name, TOO_MANY));
      else captions.push(readBeside(content, name).then((bytes) => ({ name: filename, bytes })));
      captions.at(-1)?.catch(refuse);
    } else if (name !== 'file') {
      refuse(unexpected(name));
    } else if (isFirst(name)) {
      content.on('limit', () => refuse(tooLarge(name, maxFileBytes)));
      parts.onFile(content, seen.has('json_data'));
    }
  });

  try {
    await arrival(req, form, abort);
    await Promise.all(reading);
    parts.onCaptions(await Promise.all(captions));
    abort.signal.throwIfAborted();
  } finally {
    req.unpipe(form);
    form.destroy();
    req.resume();
  }
}

function openForm(req: IncomingMessage, maxFileBytes: number): Busboy {
  const type = req.headers['content-type'] ?? 'none';
  if (!/^multipart\/form-data\s*;.*boundary=/is.test(type)) {
    const detail = `An upload is multipart/form-data with a boundary, not ${type.slice(0, 100)}.`;
    const example = "curl -F file=@video.mp4 -F 'json_data={…}'";
    throw problem('unsupported_media_type', detail, { example });
  }
  const coding = req.headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity') {
    req.resume();
    const detail = `An upload is sent as it is, without Content-Encoding: ${coding.slice(0, 100)}.`;
    throw problem('unsupported_media_type', detail);
  }
  if (Number(req.headers['content-length'] ?? 0) > maxFileBytes + MAX_FORM_BYTES_AROUND_FILE) {
    req.resume();
    throw tooLarge('file', maxFileBytes);
  }
  return busboy({
    headers: req.headers,
    defParamCharset: 'utf8', // as browsers and curl send names
    limits: { fileSize: maxFileBytes + 1, fieldSize: MAX_JSON_BYTES + 1 }, // busboy cuts at the limit, not after it
  });
}

/** Feeds the request to the form until the form is complete, breaks, or `abort` aborts. */
function arrival(req: IncomingMessage, form: Busboy, abort: AbortController): Promise<void> {
  const malformed = (cause: unknown) =>
    abort.abort(bad('malformed_form', undefined, `The form can not be read: ${messageOf(cause)}.`, cause));
  const gone = () => {
    if (!req.complete) abort.abort(bad('upload_aborted', undefined, 'The client went away before the end.'));
  };
  return new Promise<void>((resolve, reject) => {
    if (abort.signal.aborted) reject(abort.signal.reason);
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
    form.on('error', malformed);
    form.once('close', resolve);
    req.on('error', gone);
    req.once('close', gone);
    req.pipe(form);
  }).finally(() => req.off('close', gone));
}

/** `json_data` from clients that send it as a file of its own, such as a browser's Blob. */
async function readJson(content: Readable & { truncated?: boolean }): Promise<string> {
  const bytes = await buffer(content);
  if (bytes.length > MAX_JSON_BYTES) throw tooLarge('json_data', MAX_JSON_BYTES);
  const json = decodeUtf8(bytes);
  if (json === null) throw noUtf8('json_data');
  return json;
}

/** What comes beside the file. @throws {HttpProblem} 413 `poster_too_large`, `captions_too_large` */
export async function readBeside(content: Readable, name: keyof typeof MAX_BYTES): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of content as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BYTES[name]) throw tooLarge(name, MAX_BYTES[name]);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What busboy writes in place of bytes that are no text; nobody means to send it. */
const LOST = '\ufffd';

function noUtf8(name: string): HttpProblem {
  return bad('malformed_json', name, `${name} is not UTF-8, and so it is no JSON.`);
}

export function missingPart(name: string): HttpProblem {
  return bad('missing_part', name, `The form has no part ${name}.`);
}

function unexpected(name: string | undefined): HttpProblem {
  if (name === 'file' || name === 'poster' || name === 'captions')
    return bad('not_a_file', name, `The part ${name} is text, not a file: curl -F ${FILE_EXAMPLES[name]}`);
  const shown = (name ?? '').slice(0, 100);
  return bad(
    'unknown_part',
    shown,
    `The form has a part "${shown}"; it takes file, json_data, poster and captions only.`,
  );
}

const FILE_EXAMPLES = {
  file: 'file=@video.mp4',
  poster: 'poster=@poster.jpg',
  captions: 'captions=@video.de.vtt',
} as const;
const TOO_MANY = `The form has more than ${MAX_CAPTIONS} parts captions.`;

export function tooLarge(
  field: 'file' | 'json_data' | keyof typeof MAX_BYTES,
  maxBytes: number,
): HttpProblem {
  const detail = `${field} is larger than the ${maxBytes} bytes that are taken here.`;
  return problem(`${field}_too_large`, detail, { field, extra: { max_bytes: maxBytes } });
}

function bad(code: Code, field: string | undefined, detail: string, cause?: unknown): HttpProblem {
  return problem(code, detail, { field, cause });
}
