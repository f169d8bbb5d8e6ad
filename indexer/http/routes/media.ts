import { checkRemoval } from '../../listing/removal.ts';
import { problem } from '../codes.ts';
import type { AppDeps } from '../deps.ts';
import { plainRoute, route } from '../route.ts';
import { problemResponses } from '../routedoc.ts';
import type { Route } from '../routespec.ts';
import { cidParams, mediaRemoval, mediaRemovalAnswer } from '../schemas/contents.ts';
import { gatewayRoutes } from './gateway.ts';
import type { Shared } from './shared.ts';

const MEDIA = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } as const;

/** `GET` and `HEAD /ipfs/{cid}`, documented beside the rest, and `DELETE /media/{cid}`. */
export function mediaRoutes(
  { storage, store, chain, contract }: AppDeps,
  { actsForWallet }: Pick<Shared, 'actsForWallet'>,
): Route[] {
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
  const removal = route(
    {
      method: 'delete',
      path: '/media/{cid}',
      tag: 'Media',
      summary: "Takes a creator's file from this host, EthStorage included",
      description:
        'The listing stays on chain. A file that can still be paid for stays too: while another creator lists it, or a provider serves it. What a chain or the IPFS network has seen, others may have kept.',
      params: cidParams,
      body: mediaRemoval,
      answer: mediaRemovalAnswer,
      guards: [actsForWallet],
      problems: [
        'signature_required',
        'media_not_found',
        'unknown_content',
        'media_in_use',
        'ethstorage_failed',
      ],
    },
    async ({ params: { cid }, body: { content_creator_wallet: creator } }) => {
      if ((await storage.stat(cid.key)) === null) {
        throw problem('media_not_found', `The file ${cid.text} is not stored on this host.`, {
          field: 'cid',
        });
      }
      const { termsInForce } = contract;
      await checkRemoval({ store, chain: { ...chain, termsInForce } }, cid, creator);
      await storage.remove(cid.key);
      return { message: 'File removed successfully.', cid: cid.text, content_creator_wallet: creator };
    },
  );
  return [gateway, removal];
}
