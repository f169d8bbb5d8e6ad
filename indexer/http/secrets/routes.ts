import type { z } from 'zod';
import type { Context } from '../context.ts';
import { OFFER_PATH } from '../middleware/operator-guard.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import type { CidField } from '../schemas/fields/fields.ts';
import { secretAnswer, secretFile, secretKept } from './schemas.ts';

const PATH = '/contents/{cid}/secret';
const BRINGING = [
  'secret_differs',
  'owned_by_another',
  'media_not_found',
  'unknown_content',
  'not_protected',
] as const;

/** What all keys of a protected video come from. On every chain its creator is signed in: whoever has it has the video. */
export function secretRoutes({ gate, secrets }: Context): Route[] {
  async function keep(cid: CidField, file: z.output<typeof secretFile>) {
    const { content_creator_wallet: creator } = file;
    if (file.cid.key !== cid.key) {
      const detail = `The file holds the secret of ${file.cid.text}.`;
      throw problem('secret_differs', detail, { field: 'cid', example: cid.text });
    }
    await secrets.import(cid, creator, file.secret);
    return { message: 'The secret is kept.', cid: cid.text, content_creator_wallet: creator };
  }
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
    problems: BRINGING,
    handle: async ({ req, params: { cid }, body }) => {
      await gate.sessionOf(req, body.content_creator_wallet, 'content_creator_wallet');
      return await keep(cid, body);
    },
  });
  const lent = route('put', `${OFFER_PATH}/{cid}/secret`, {
    tag: 'Operator',
    operator: true,
    summary: 'Brings the secret of a protected video that its creator has granted',
    description:
      'As `PUT /contents/{cid}/secret`, by whoever operates this host: `npm run provide` makes this call. The secret has to make every key that the CID commits to.',
    params: cidParams,
    body: secretFile,
    answer: secretKept,
    problems: BRINGING,
    handle: async ({ params: { cid }, body }) => await keep(cid, body),
  });
  return [give, take, lent];
}
