import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { problem } from '../codes.ts';
import type { AppDeps } from '../deps.ts';
import { createReaderLimit } from '../reader-limit.ts';
import { plainRoute } from '../route.ts';
import { problemResponses } from '../routedoc.ts';
import type { Route } from '../routespec.ts';
import { cidParams } from '../schemas/contents.ts';
import { EXAMPLE } from '../schemas/examples.ts';
import { gatewayRoutes } from './gateway.ts';

/** `GET` and `HEAD /ipfs/{cid}`, documented beside the rest. */
export function mediaRoutes({ storage, store, config, nowSec }: AppDeps): Route[] {
  const open = config.unsigned || config.openGateway;
  const limit = createReaderLimit(config.mediaReadsPerClient);
  const admit = (cid: string) => refuseWhatIsSold(store, cid, nowSec());
  const gateway = gatewayRoutes({ storage, limit, ...(!open && { admit }) });
  return [plainRoute(documented('head'), gateway), plainRoute(documented('get'), gateway)];
}

/** A listing keeps its price while it is retired; of what one gives away and another sells nobody knows whose it is. */
async function refuseWhatIsSold(store: AppDeps['store'], cid: string, nowSec: number): Promise<void> {
  if (!(await store.isSold(cid, nowSec))) return;
  const detail = `${cid} is sold: /contents/${cid} says for how much, /streams/${cid} who serves it to those who pay.`;
  throw problem('payment_required', detail, { field: 'cid' });
}

function documented(method: 'get' | 'head'): RouteConfig & { method: 'get' | 'head' } {
  return {
    method,
    path: '/ipfs/{cid}',
    tags: ['Media'],
    summary: method === 'get' ? 'A file by its CID, whole or one range' : 'What GET would answer',
    description:
      'As an IPFS path gateway serves it: ETag, If-None-Match, Range, If-Range, for ever cacheable. Blocks and archives (`format`, `Accept`) are not offered.',
    request: { params: cidParams, query, headers: z.object(requestHeaders) },
    responses: {
      200: answer('The file', ['ETag', 'Accept-Ranges', 'Content-Disposition', 'X-Ipfs-Path'], MEDIA),
      206: answer('The range', [...PART, 'Content-Disposition'], MEDIA),
      304: answer('The client has it', ['ETag', 'X-Ipfs-Path']),
      ...problems,
      416: { ...problems[416], ...answer(problems[416]?.description ?? '', ['ETag', 'Content-Range']) },
    },
  };
}

const PART = ['ETag', 'Accept-Ranges', 'Content-Range', 'X-Ipfs-Path'] as const;
const MEDIA = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } as const;

const query = z.object({
  filename: z
    .string()
    .optional()
    .meta({ description: 'Name to show it under; its ending says the type', example: 'video.mp4' }),
  download: z.enum(['true', 'false']).optional().meta({ description: 'Offer it for saving' }),
});

const requestHeaders = {
  Range: z
    .string()
    .optional()
    .meta({ description: 'A range of bytes; of several the first', example: 'bytes=1000-1999' }),
  'If-Range': z
    .string()
    .optional()
    .meta({ description: 'The range only if the ETag is this one', example: `"${EXAMPLE.cid}"` }),
  'If-None-Match': z
    .string()
    .optional()
    .meta({ description: 'ETags that the client has', example: `"${EXAMPLE.cid}"` }),
};

const HEADERS = {
  ETag: 'The CID in quotes',
  'Accept-Ranges': 'bytes',
  'Content-Range': 'Which bytes of how many',
  'Content-Disposition': 'Present where a filename or a download was asked for',
  'X-Ipfs-Path': 'As asked for',
};

const problems = problemResponses([
  'bad_cid',
  'invalid_field',
  'malformed_query',
  'service_worker_refused',
  'payment_required',
  'media_not_found',
  'not_acceptable',
  'not_cached',
  'range_not_satisfiable',
  'too_many_readers',
  'ethstorage_failed',
]);

function answer(
  description: string,
  names: readonly (keyof typeof HEADERS)[],
  content?: ResponseConfig['content'],
): ResponseConfig {
  const headers = names.map((name) => [name, { description: HEADERS[name], schema: { type: 'string' } }]);
  return { description, headers: Object.fromEntries(headers), ...(content && { content }) };
}
