import { checkRemoval } from '../../listing/removal.ts';
import { problem } from '../codes.ts';
import type { AppDeps } from '../deps.ts';
import { route } from '../route.ts';
import type { Route } from '../routespec.ts';
import { cidParams, mediaRemoval, mediaRemovalAnswer } from '../schemas/contents.ts';
import type { Shared } from './shared.ts';

/** `DELETE /media/{cid}`. */
export function removalRoutes(
  { config, storage, store, chain, contract }: AppDeps,
  { gate }: Pick<Shared, 'gate'>,
): Route[] {
  const removal = route(
    {
      method: 'delete',
      path: '/media/{cid}',
      tag: 'Media',
      summary: "Takes a creator's file from this host, EthStorage included",
      description:
        'The listing stays on chain. A file that can still be paid for stays too: while another creator lists it, or a provider serves it. What a chain or the IPFS network has seen, others may have kept. Off the development chain the creator has to be signed in.',
      params: cidParams,
      body: mediaRemoval,
      answer: mediaRemovalAnswer,
      session: !config.unsigned,
      problems: ['media_not_found', 'unknown_content', 'media_in_use', 'ethstorage_failed'],
    },
    async ({ req, params: { cid }, body: { content_creator_wallet: creator } }) => {
      if (!config.unsigned) await gate.sessionOf(req, creator, 'content_creator_wallet');
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
  return [removal];
}
