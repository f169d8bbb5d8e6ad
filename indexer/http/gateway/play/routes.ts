import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { canonicalCid } from '../../../lib/cid.ts';
import { PlayGate } from '../../../playback/gate.ts';
import type { OwnOffer } from '../../../playback/offers.ts';
import type { Context } from '../../context.ts';
import { plainRoute, type Route, route } from '../../routing/route.ts';
import { cidParams } from '../../schemas/contents.ts';
import { accessBody, playToken, tokenParam } from '../../schemas/play/access.ts';
import { below, fileOperation } from '../file-operation.ts';
import { noCid } from '../refusals.ts';
import { serveFile } from '../send-file.ts';
import { playDirectory } from './directory.ts';
import { keyRoutes } from './keys.ts';
import { openKeys } from './open-keys.ts';
import { type PlayParams, tokenOf } from './token.ts';

const PATH = '/play/{cid}';
const TOKEN_PATH = '/play/~{token}/{cid}';
const BELOW = ['/play/~{token}/{cid}/{path}', '/play/{cid}/{path}'] as const;

/** What this host sells: files for whoever has them open, and tokens for who has paid; packaged videos for everybody. */
export function playRoutes(context: Context): Route[] {
  const gate = new PlayGate(context);
  const parts = openKeys(gate, context);
  const play = express.Router().get(['/play/~:token/:cid', '/play/:cid'], playing(gate, context));
  const below = express
    .Router()
    .get(['/play/~:token/:cid/*path', '/play/:cid/*path'], playingBelow(gate, context));
  const reads = ['head', 'get'] as const;
  return [
    ...reads.flatMap((method) => [
      plainRoute(documented(method, PATH), play),
      plainRoute(documented(method, TOKEN_PATH), play),
    ]),
    access(gate, parts, context),
    ...keyRoutes(parts, context),
    ...reads.flatMap((method) => BELOW.map((path) => plainRoute(documentedBelow(method, path), below))),
  ];
}

/** `%7E` is `~` (RFC 3986), and some clients write it so; the router compares letters. */
export const plainTilde: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace(/^\/play\/%7e/i, '/play/~');
  next();
};

type Params = PlayParams;

function playing(gate: PlayGate, context: Context) {
  const { storage, readerLimit: limit } = context;
  return async (req: Request<Params>, res: Response) => {
    const cid = canonicalCid(req.params.cid);
    if (cid !== null && (await storage.stat(cid))?.kind === 'directory') {
      const admit = async () => await admitted(gate, await gate.offersOf(cid), req);
      return await playDirectory(req, res, { cid, path: [] }, { ...context, admit });
    }
    // What is no CID is refused with the file's own words.
    const offers = cid === null ? [] : await gate.offersOf(cid);
    res.vary('Authorization');
    await serveFile(req, res, {
      storage,
      limit,
      nameOf: async () => offers[0]?.content.videoName ?? null,
      admit: () => admitted(gate, offers, req),
    });
  };
}

async function admitted(gate: PlayGate, offers: OwnOffer[], req: Request<Params>) {
  const whom = await gate.admit(offers, tokenOf(req));
  // Asked for each time: a payment ends, and may be undone; what is free may get a price.
  return { 'Cache-Control': whom === 'payer' ? 'private, no-cache' : 'public, no-cache' };
}

/** What is left to other methods is called so below the CID, too. */
const OTHERS = /^access$/i;

function playingBelow(gate: PlayGate, context: Context) {
  return async (req: Request<Params & { path: string[] }>, res: Response, next: NextFunction) => {
    const { cid: text, path } = req.params;
    if (path.length === 1 && OTHERS.test(path[0] ?? '')) return next();
    const cid = canonicalCid(text);
    if (cid === null) throw noCid(text);
    const admit = async () => await admitted(gate, await gate.offersOf(cid), req);
    await playDirectory(req, res, { cid, path }, { ...context, admit });
  };
}

function documented(method: 'get' | 'head', path: string) {
  const inPath = path === TOKEN_PATH;
  return fileOperation({
    method,
    path,
    summary: method === 'get' ? 'A file that this host sells, for who has it open' : 'What GET would answer',
    description: inPath
      ? 'As `/play/{cid}`, for players that send no headers. Whoever knows this address has the rights of its payer until the token ends.'
      : "Whole or by range. A free file is everybody's; else a view opens it for 24 hours, a day for 24 hours each. 402 says how to pay, and what the wallet signs then for a token.",
    params: z.strictObject({ ...(inPath && { token: tokenParam }), ...cidParams.shape }),
    ...(!inPath && { security: [{}, { playToken: [] }] }),
    problems: [
      'not_offered',
      'payment_required',
      'token_invalid',
      'content_retired',
      'mirror_behind',
      'streams_elsewhere',
    ],
  });
}

function documentedBelow(method: 'get' | 'head', path: (typeof BELOW)[number]) {
  const token = path === BELOW[0] && { token: tokenParam };
  return fileOperation({
    method,
    path,
    summary: method === 'get' ? 'What stands in a packaged video' : 'What GET would answer',
    description:
      'Playlists, segments, poster and `content.json` of a packaged video, as under `/ipfs/{cid}/{path}`: for everybody, since what is sold of it is encrypted; with `?format=raw` one block of it. Its keys are none of its files.',
    params: z.strictObject({ ...token, ...cidParams.shape, path: below }),
    moved: 'A directory stands at the address with a slash at its end',
    types: ['text/html'],
    problems: ['payment_required', 'streams_elsewhere'],
  });
}

function access(
  gate: PlayGate,
  { payers, mediaOf }: ReturnType<typeof openKeys>,
  { provider, chain }: Context,
): Route {
  return route('post', '/play/{cid}/access', {
    tag: 'Media',
    summary: 'A token for who has paid: one signature, no transaction',
    description:
      'The wallet signs the EIP-712 `Access(address account,address provider,string audience,bytes32 contentId,bytes32 nonce,uint64 expiresAtSec)` in the domain of the contract, as `extra.access` in PAYMENT-REQUIRED shows it. It is good once. What it has paid is asked of the records, which first catch up with the chain.',
    params: cidParams,
    body: accessBody,
    answer: playToken,
    problems: [
      'not_offered',
      'payment_required',
      'access_invalid',
      'content_retired',
      'mirror_behind',
      'streams_elsewhere',
      'taken_down',
    ],
    handle: async ({ params: { cid }, body }) => {
      const {
        content_id: contentId,
        expires_at_sec: expiresAtSec,
        channel_id: channelId = null,
        contract = chain.contract,
        ...rest
      } = body;
      const media = await mediaOf(cid.key);
      const offers = media?.offers ?? (await gate.offersOf(cid.key));
      const signed = { ...rest, contentId, expiresAtSec, channelId, contract };
      const { token, untilSec } = await gate.open(offers, signed, media && payers);
      return { token, until_sec: untilSec, play_url: provider?.playUrl(cid.key, token) ?? '' };
    },
  });
}
