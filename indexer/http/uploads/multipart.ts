import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Busboy } from 'busboy';
import busboy from 'busboy';
import { messageOf } from '../../lib/errors.ts';
import { decodeUtf8 } from '../middleware/json.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';

/** The parts of an upload as they arrive, each at most once, in whatever order the client sends them. */
export interface UploadParts {
  onFile: (content: Readable) => void;
  onJson: (json: string) => void;
}

const MAX_JSON_BYTES = 64 * 1024;
/** Room for boundaries and part headers around the two parts. */
const MAX_FRAMING_BYTES = 16 * 1024;
/** How much larger than its file a form can be. */
export const MAX_FORM_BYTES_AROUND_FILE = MAX_JSON_BYTES + MAX_FRAMING_BYTES;

/**
 * Reads a multipart form of at most one `file` and one `json_data`; resolves when all of it has arrived.
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
  let jsonFromFile: Promise<void> | undefined;

  form.on('field', (name, value, { valueTruncated }) => {
    if (name !== 'json_data') refuse(unexpected(name));
    else if (valueTruncated) refuse(tooLarge(name, MAX_JSON_BYTES));
    else if (value.includes(LOST)) refuse(noUtf8(name));
    else if (isFirst(name)) parts.onJson(value);
  });
  form.on('file', (name, content) => {
    content.on('error', () => undefined); // it breaks when the form does, and that is told below
    if (name === 'json_data') {
      if (isFirst(name)) jsonFromFile = readJson(content).then(parts.onJson).catch(refuse);
    } else if (name !== 'file') {
      refuse(unexpected(name));
    } else if (isFirst(name)) {
      content.on('limit', () => refuse(tooLarge(name, maxFileBytes)));
      parts.onFile(content);
    }
  });

  try {
    await arrival(req, form, abort);
    await jsonFromFile;
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

/** What busboy writes in place of bytes that are no text; nobody means to send it. */
const LOST = '\ufffd';

function noUtf8(name: string): HttpProblem {
  return bad('malformed_json', name, `${name} is not UTF-8, and so it is no JSON.`);
}

export function missingPart(name: string): HttpProblem {
  return bad('missing_part', name, `The form has no part ${name}.`);
}

function unexpected(name: string | undefined): HttpProblem {
  if (name === 'file')
    return bad('not_a_file', 'file', 'The part file is text, not a file: curl -F file=@video.mp4');
  const shown = (name ?? '').slice(0, 100);
  return bad('unknown_part', shown, `The form has a part "${shown}"; it takes file and json_data only.`);
}

export function tooLarge(field: 'file' | 'json_data', maxBytes: number): HttpProblem {
  const detail = `${field} is larger than the ${maxBytes} bytes that are taken here.`;
  return problem(`${field}_too_large`, detail, { field, extra: { max_bytes: maxBytes } });
}

function bad(code: Code, field: string | undefined, detail: string, cause?: unknown): HttpProblem {
  return problem(code, detail, { field, cause });
}
