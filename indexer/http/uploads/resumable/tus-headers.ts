import { Metadata, TUS_RESUMABLE } from '@tus/server';
import type { Request, RequestHandler, Response } from 'express';
import { decodeUtf8 } from '../../middleware/json.ts';
import { problem } from '../../problems/codes.ts';
import type { HttpProblem } from '../../problems/http-problem.ts';
import { tooLarge } from '../multipart.ts';
import { EXAMPLE_META } from '../upload-meta.ts';

export const TUS_PATH = '/uploads';
export const OFFSET_TYPE = 'application/offset+octet-stream';
export const EXTENSIONS = ['creation', 'creation-with-upload', 'termination', 'expiration'];
const NOT_TAKEN = ['Upload-Defer-Length', 'Upload-Concat'];
const KEYS = ['filename', 'filetype', 'json_data'];
/** As the documentation shows the call. */
export const EXAMPLE_METADATA = `filename ${toBase64('video.mp4')},json_data ${toBase64(EXAMPLE_META)}`;
/** What pages of other origins may read, beside what they may read of every answer. */
const EXPOSED =
  'Location, Tus-Resumable, Tus-Version, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset';

/** What every answer of the protocol says. */
export function openToPages(res: Response): void {
  res.setHeader('Tus-Resumable', TUS_RESUMABLE);
  const others = res.getHeader('Access-Control-Expose-Headers');
  res.setHeader('Access-Control-Expose-Headers', others === undefined ? EXPOSED : `${others}, ${EXPOSED}`);
}

/** OPTIONS says what of the protocol is spoken here; CORS answers it. */
export function tusOptions({ maxUploadBytes }: { maxUploadBytes: number }): RequestHandler {
  return ({ method, path }, res, next) => {
    if (method === 'OPTIONS' && /^\/uploads(\/[^/]+)?\/?$/i.test(path)) {
      res.setHeader('Tus-Resumable', TUS_RESUMABLE);
      res.setHeader('Tus-Version', TUS_RESUMABLE);
      res.setHeader('Tus-Extension', EXTENSIONS.join(','));
      res.setHeader('Tus-Max-Size', maxUploadBytes);
    }
    next();
  };
}

/** @throws {HttpProblem} 412 `tus_version` */
export function requireTus(req: Request): void {
  if (req.get('Tus-Resumable') === TUS_RESUMABLE) return;
  const detail = `This call is of tus ${TUS_RESUMABLE}, and says so in the header Tus-Resumable.`;
  const headers = { 'Tus-Version': TUS_RESUMABLE };
  throw problem('tus_version', detail, { field: 'Tus-Resumable', example: TUS_RESUMABLE, headers });
}

/** What lies on the disk is what is sent: nothing unpacks it. @throws {HttpProblem} 415 `unsupported_media_type` */
export function requireUnpacked(req: Request): void {
  const coding = req.get('Content-Encoding') ?? 'identity';
  if (coding === 'identity') return;
  const detail = `A file is sent as it is, without Content-Encoding: ${coding.slice(0, 100)}.`;
  throw problem('unsupported_media_type', detail, { field: 'Content-Encoding' });
}

/** How large the file is to be. @throws {HttpProblem} 400 `bad_upload_header`, `empty_file`, 413 `file_too_large` */
export function lengthIn(req: Request, maxBytes: number): number {
  for (const name of NOT_TAKEN) {
    if (req.get(name) !== undefined)
      throw badHeader(name, `${name} is not taken: the length is known, and it is one file.`);
  }
  const sizeBytes = wholeIn(req, 'Upload-Length', '318402');
  if (sizeBytes === 0) throw problem('empty_file', 'The file is empty.', { field: 'file' });
  if (sizeBytes > maxBytes) throw tooLarge('file', maxBytes);
  return sizeBytes;
}

/** Of a PATCH. @throws {HttpProblem} 400 `bad_upload_header`, 415 `unsupported_media_type` */
export function requireOffset(req: Request): void {
  const type = req.get('Content-Type') ?? 'none';
  if (type !== OFFSET_TYPE) {
    const detail = `What comes is ${OFFSET_TYPE}, not ${type.slice(0, 100)}.`;
    throw problem('unsupported_media_type', detail, { field: 'Content-Type', example: OFFSET_TYPE });
  }
  wholeIn(req, 'Upload-Offset', '0');
}

/** What Upload-Metadata says. @throws {HttpProblem} 400 `bad_upload_metadata`, `missing_part`, `malformed_json` */
export function metadataIn(req: Request): { text: string; json: string } {
  const text = req.get('Upload-Metadata') ?? '';
  const found = parsed(text);
  const unknown = Object.keys(found).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw badMetadata(`There is no key "${unknown.slice(0, 100)}" here; it takes ${KEYS.join(', ')}.`);
  }
  if (typeof found.json_data !== 'string') {
    const detail = 'The header Upload-Metadata has no json_data, in base64.';
    throw problem('missing_part', detail, { field: 'json_data', example: EXAMPLE_METADATA });
  }
  // The library reads it as UTF-8 and puts U+FFFD in the place of what is none.
  const encoded = /(?:^|,)json_data ([^,]*)/.exec(text)?.[1] ?? '';
  const json = decodeUtf8(Buffer.from(encoded, 'base64'));
  if (json === null) {
    throw problem('malformed_json', 'json_data is not UTF-8, and so it is no JSON.', { field: 'json_data' });
  }
  return { text, json };
}

function parsed(text: string): Record<string, string | null> {
  if (text.trim() === '') return {};
  try {
    return Metadata.parse(text);
  } catch (cause) {
    throw badMetadata(
      'Upload-Metadata is pairs of a key and, behind a space, its value in base64, with commas between them.',
      cause,
    );
  }
}

function wholeIn(req: Request, name: string, example: string): number {
  const text = req.get(name);
  if (text === undefined) throw badHeader(name, `The header ${name} is missing.`, example);
  if (!/^(0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw badHeader(name, `${name} is a whole number of bytes.`, example);
  }
  return Number(text);
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function badHeader(field: string, detail: string, example?: string): HttpProblem {
  return problem('bad_upload_header', detail, { field, example });
}

function badMetadata(detail: string, cause?: unknown): HttpProblem {
  return problem('bad_upload_metadata', detail, {
    field: 'Upload-Metadata',
    example: EXAMPLE_METADATA,
    cause,
  });
}
