import type { Request } from 'express';
import { findListing } from '../../publishing/find-listing.ts';
import { checkRemoval } from '../../publishing/removal.ts';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams, mediaRemoval, mediaRemovalAnswer } from '../schemas/contents.ts';
import type { CidField } from '../schemas/fields/fields.ts';
import { removal } from '../schemas/legacy.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';

const REMOVAL = {
  params: cidParams,
  answer: mediaRemovalAnswer,
  problems: ['media_not_found', 'unknown_content', 'media_in_use', 'ethstorage_failed'],
} as const;

/** `DELETE /media/{cid}`, and what the first version's page called for it. */
export function removalRoutes({
  config,
  storage,
  store,
  book,
  chain,
  contract,
  nowSec,
  gate,
}: Context): Route[] {
  async function remove(req: Request, cid: CidField, creator: string) {
    if (!config.unsigned) await gate.sessionOf(req, creator, 'content_creator_wallet');
    if ((await storage.stat(cid.key)) === null) {
      throw problem('media_not_found', `The file ${cid.text} is not stored on this host.`, { field: 'cid' });
    }
    const termsInForce: typeof contract.termsInForce = (at, id) => contract.termsInForce(at, id);
    await checkRemoval({ store, book, chain: { ...chain, termsInForce }, nowSec: nowSec() }, cid, creator);
    await storage.remove(cid.key);
    return { message: 'File removed successfully.', cid: cid.text, content_creator_wallet: creator };
  }

  /** Who means its own file: the wallet that is signed in, and where nobody signs, the only creator. */
  async function creatorOf(req: Request, cid: CidField): Promise<string> {
    if (!config.unsigned) return (await gate.session(req)).wallet;
    return checksumAddress((await findListing(store, { cid })).creator);
  }

  const session = !config.unsigned;
  return [
    route('delete', '/media/{cid}', {
      ...REMOVAL,
      tag: 'Media',
      summary: "Takes a creator's file from this host, EthStorage included",
      description:
        'The listing stays on chain. A file that can still be paid for stays too: while another creator lists it, or a provider serves it. What a chain or the IPFS network has seen, others may have kept. Off the development chain the creator has to be signed in.',
      body: mediaRemoval,
      session,
      handle: ({ req, params: { cid }, body }) => remove(req, cid, body.content_creator_wallet),
    }),
    route('delete', '/delete-content_web3/{cid}', {
      ...REMOVAL,
      tag: 'First version',
      summary: 'As DELETE /media/{cid}; the creator need not be named where there is one only',
      body: removal,
      session,
      problems: [...REMOVAL.problems, 'ambiguous_listing'],
      handle: async ({ req, params: { cid }, body }) =>
        remove(req, cid, body.content_creator_wallet ?? (await creatorOf(req, cid))),
    }),
  ];
}
