import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { Code } from '../problems/codes.ts';
import { problemResponses } from '../routing/route-doc.ts';
import { EXAMPLE } from '../schemas/fields/fields.ts';

/** What differs between the paths at which files are read. */
interface Spec {
  method: 'get' | 'head';
  path: string;
  summary: string;
  description: string;
  params: z.ZodObject;
  /** Parameters of the URL beside those of all. */
  query?: z.ZodRawShape;
  /** Media types of the whole beside the file's bytes. */
  types?: readonly string[];
  /** Where a directory is sent to. */
  moved?: string;
  /** Whom it is for, where not for everybody. */
  security?: RouteConfig['security'];
  /** Of answers with the file, beside those that all have. */
  headers?: readonly (keyof typeof HEADERS)[];
  problems: readonly Code[];
}

/** How OpenAPI says that a file is read, whole or by range. */
export function fileOperation(spec: Spec): RouteConfig & { method: 'get' | 'head' } {
  const { method, path, summary, description, params, security, headers = [], types = [], moved } = spec;
  const places = headers.filter((name) => name.startsWith('X-Ipfs'));
  const problems = problemResponses([...PROBLEMS, ...spec.problems]);
  const demands = DEMANDING.flatMap((status) => {
    const { description = '', ...rest } = problems[status] ?? {};
    return description ? [[status, { ...rest, ...answer(description, ['PAYMENT-REQUIRED']) }]] : [];
  });
  return {
    ...{ method, path, tags: ['Media'], summary, description, ...(security && { security }) },
    request: { params, query: query.extend(spec.query ?? {}), headers: z.object(requestHeaders) },
    responses: {
      200: answer('The file', ['ETag', 'Accept-Ranges', 'Content-Disposition', ...headers], {
        ...MEDIA,
        ...Object.fromEntries(types.map((type) => [type, BINARY])),
      }),
      206: answer('The range', [...PART, 'Content-Disposition', ...headers], MEDIA),
      ...(moved && { 301: answer(moved, ['Location']) }),
      304: answer('The client has it', ['ETag', ...headers]),
      ...problems,
      ...Object.fromEntries(demands),
      416: { ...problems[416], ...answer(problems[416]?.description ?? '', [...UNSATISFIED, ...places]) },
    },
  };
}

/** Answers that say how to pay. */
const DEMANDING = [401, 402, 410];
/** Of answers that say what they are of, though they have none of it. */
const UNSATISFIED = ['ETag', 'Content-Range'] as const;
const PART = ['ETag', 'Accept-Ranges', 'Content-Range'] as const;
const BINARY = { schema: { type: 'string', format: 'binary' } } as const;
const MEDIA = { 'application/octet-stream': BINARY } as const;

export const text = (description: string, example: string) =>
  z.string().optional().meta({ description, example });

export const below = z
  .string()
  .meta({ description: 'Names below the CID, with slashes', example: 'v0/index.m3u8' });

const query = z.object({
  filename: text('Name to show it under; its ending says the type', 'video.mp4'),
  download: z.enum(['true', 'false']).optional().meta({ description: 'Offer it for saving' }),
});

const requestHeaders = {
  Range: text('A range of bytes; of several the first', 'bytes=1000-1999'),
  'If-Range': text('The range only if the ETag is this one', `"${EXAMPLE.cid}"`),
  'If-None-Match': text('ETags that the client has', `"${EXAMPLE.cid}"`),
};

const HEADERS = {
  ETag: 'The CID in quotes',
  'Accept-Ranges': 'bytes',
  'Content-Range': 'Which bytes of how many',
  'Content-Disposition': 'Present where a filename or a download was asked for',
  'PAYMENT-REQUIRED': 'Where this host sells it: how to pay, in base64 of JSON, as x402 version 2 has it',
  'X-Ipfs-Path': 'As asked for',
  'X-Ipfs-Roots': 'CIDs of what was asked for and of each name below it',
  'Content-Location': 'Where the same stands without Accept',
  Location: 'The same address with a slash at its end',
};

const PROBLEMS: readonly Code[] = [
  'bad_cid',
  'invalid_field',
  'malformed_query',
  'service_worker_refused',
  'media_not_found',
  'not_acceptable',
  'taken_down',
  'not_cached',
  'range_not_satisfiable',
  'too_many_readers',
  'ethstorage_failed',
];

function answer(
  description: string,
  names: readonly (keyof typeof HEADERS)[],
  content?: ResponseConfig['content'],
): ResponseConfig {
  const headers = names.map((name) => [name, { description: HEADERS[name], schema: { type: 'string' } }]);
  return { description, headers: Object.fromEntries(headers), ...(content && { content }) };
}
