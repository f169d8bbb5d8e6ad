import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { plainRoute, type Route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import { below, fileOperation, text } from './file-operation.ts';
import { gatewayRoutes } from './gateway.ts';
import { CAR_TYPE, RAW_TYPE } from './representation.ts';

const PATHS = ['/ipfs/{cid}', '/ipfs/{cid}/{path}'] as const;
type Path = (typeof PATHS)[number];

/** `GET` and `HEAD /ipfs/{cid}[/path]`, documented beside the rest. */
export function mediaRoutes(context: Context): Route[] {
  const { storage, servedCheck, readerLimit: limit, admitUnpaid: admit } = context;
  const gateway = gatewayRoutes({ storage, limit, servedCheck, ...(admit && { admit }) });
  return PATHS.flatMap((path) =>
    (['head', 'get'] as const).map((method) => plainRoute(documented(method, path), gateway)),
  );
}

const query = {
  format: z.enum(['raw', 'car']).optional().meta({
    description:
      'One block as it is, or an archive of blocks, for clients that verify; counts more than Accept',
    example: 'raw',
  }),
  'dag-scope': z
    .enum(['block', 'entity', 'all'])
    .optional()
    .meta({ description: 'Of an archive: one block, the file or directory alone, or all below' }),
  'entity-bytes': text('Of an archive of a file: blocks that hold these bytes; negative from the end', '0:*'),
  'car-version': z.enum(['1']).optional().meta({ description: 'Of an archive' }),
  'car-order': z.enum(['dfs', 'unk']).optional().meta({ description: 'Order of its blocks' }),
  'car-dups': z.enum(['y', 'n']).optional().meta({ description: 'Whether a block may come twice' }),
};

function documented(method: 'get' | 'head', path: Path): RouteConfig & { method: 'get' | 'head' } {
  const isBelow = path !== '/ipfs/{cid}';
  const what = isBelow ? 'What stands at a path below a CID' : 'A file or directory by its CID';
  return fileOperation({
    method,
    path,
    summary: method === 'get' ? `${what}: whole, one range, a block or an archive` : 'What GET would answer',
    description:
      'As IPFS path and trustless gateways serve it: ETag, If-None-Match, Range, If-Range, for ever cacheable; blocks and archives by `format` or `Accept`. A directory is listed; what could run as a page is sent as bytes. Parts of what is kept here are found by their own CIDs too. What is sold is not served unpaid, whole or in part, unless it is also part of something free or of a protected video.',
    params: isBelow ? cidParams.extend({ path: below }) : cidParams,
    query,
    types: [RAW_TYPE, CAR_TYPE, 'text/html'],
    moved: 'A directory stands at the address with a slash at its end',
    headers: ['X-Ipfs-Path', 'X-Ipfs-Roots', 'Content-Location'],
    problems: ['payment_required', 'streams_elsewhere'],
  });
}
