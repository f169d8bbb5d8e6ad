import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import { secretAnswer, secretFile, secretKept } from './schemas.ts';

const PATH = '/contents/{cid}/secret';

/** What all keys of a protected video come from. On every chain its creator is signed in: whoever has it has the video. */
export function secretRoutes({ gate, secrets }: Context): Route[] {
  const give = route('get', PATH, {
    tag: 'Contents',
    summary: "The secret of a protected video, for its creator's eyes",
    description:
      'Keep the answer as a file: with it the keys can be given to another host, and nothing else brings them back. Whoever has it can open the video.',
    params: cidParams,
    session: true,
    answer: secretAnswer,
    problems: ['secret_unknown', 'owned_by_another'],
    handle: async ({ req, params: { cid } }) => {
      const { wallet } = await gate.session(req);
      const secret = Buffer.from(await secrets.export(cid, wallet)).toString('base64');
      return { version: 1 as const, cid: cid.text, content_creator_wallet: wallet, secret };
    },
  });
  const take = route('put', PATH, {
    tag: 'Contents',
    summary: 'Brings the secret of a protected video that another host has packaged',
    description:
      'The body is the file that GET gave there. The video has to be here before, and listed by the creator; the secret has to make every key that the CID commits to. From then on this host can sell what that creator lists. The same again changes nothing.',
    params: cidParams,
    body: secretFile,
    session: true,
    answer: secretKept,
    problems: ['secret_differs', 'owned_by_another', 'media_not_found', 'unknown_content', 'not_protected'],
    handle: async ({ req, params: { cid }, body }) => {
      const { content_creator_wallet: creator } = body;
      await gate.sessionOf(req, creator, 'content_creator_wallet');
      if (body.cid.key !== cid.key) {
        const detail = `The file holds the secret of ${body.cid.text}.`;
        throw problem('secret_differs', detail, { field: 'cid', example: cid.text });
      }
      await secrets.import(cid, creator, body.secret);
      return { message: 'The secret is kept.', cid: cid.text, content_creator_wallet: creator };
    },
  });
  return [give, take];
}
