import type { AppDeps } from '../deps.ts';
import { plainRoute } from '../route.ts';
import { problemResponses } from '../routedoc.ts';
import type { Route } from '../routespec.ts';
import { cidParams } from '../schemas/contents.ts';
import { gatewayRoutes } from './gateway.ts';

const MEDIA = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } as const;

/** `GET` and `HEAD /ipfs/{cid}`, documented beside the rest. */
export function mediaRoutes({ storage }: Pick<AppDeps, 'storage'>): Route[] {
  const gateway = plainRoute(
    {
      method: 'get',
      path: '/ipfs/{cid}',
      tags: ['Media'],
      summary: 'A file by its CID, whole or one range',
      description:
        'As an IPFS path gateway serves it: ETag, If-None-Match, Range, If-Range, for ever cacheable.',
      request: { params: cidParams },
      responses: {
        200: { description: 'The file', content: MEDIA },
        206: { description: 'The range', content: MEDIA },
        304: { description: 'The client has it' },
        ...problemResponses([
          'bad_cid',
          'media_not_found',
          'not_cached',
          'range_not_satisfiable',
          'ethstorage_failed',
        ]),
      },
    },
    gatewayRoutes({ storage }),
  );
  return [gateway];
}
