import type { Request } from 'express';
import type { z } from 'zod';
import { StreamsElsewhere } from '../../playback/errors.ts';
import type { SignedTerms } from '../../relay/channels/deposits.ts';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { signatureIn } from '../middleware/signature.ts';
import { shownChannel } from '../routes/channels.ts';
import { type Route, route } from '../routing/route.ts';
import { channelParams } from '../schemas/channels.ts';
import { releaseRoute } from './release-route.ts';
import { channelWritten, depositBody, exitBody } from './schemas.ts';

const PROBLEMS = [
  'signature_required',
  'signature_invalid',
  'signature_expired',
  'nonce_used',
  'relay_not_allowed',
  'deposit_too_small',
  'relay_budget',
  'relay_unavailable',
  'relay_pending',
  'contract_refused',
] as const;

/** Into channels with this host's provider, and out of them, for viewers that hold no coin for gas. */
export function channelWriteRoutes(context: Context): Route[] {
  return [depositRoute(context), exitRoute(context), releaseRoute(context)];
}

function depositRoute(context: Context): Route {
  const { deposits, chain, elsewhere } = context;
  return route('post', '/channels', {
    tag: 'Channels',
    summary: "Opens a channel with this host's provider, or adds to it, on the viewer's signature alone",
    description:
      'The viewer signs for the token (EIP-3009), and the host pays the gas: for its own provider, in coins that it takes (`relayed_deposits` of `GET /chain`), from an amount on, within a daily budget. A call without signature answers what to sign. The same call again is the same deposit.',
    body: depositBody,
    answer: channelWritten,
    also: { 201: 'The channel is opened' },
    problems: [...PROBLEMS, 'authorization_too_long', 'authorization_too_early', 'streams_elsewhere'],
    handle: async ({ body, req, res }) => {
      if (await elsewhere.keepsFromSelling()) throw new StreamsElsewhere();
      const { viewer, provider, token, authorizer, salt, amount } = body;
      const deposit = {
        contract: chain.contract,
        channel: { viewer, provider, token, authorizer, salt },
        amount,
      };
      const { channel, opened } = await deposits.bringIn(deposit, termsIn(body, req));
      if (opened) res.status(201);
      const message = opened ? 'The channel is open.' : 'The deposit is in the channel.';
      return { message, channel: await shownChannel(channel, context) };
    },
  });
}

function exitRoute(context: Context): Route {
  const { exits, chain } = context;
  return route('post', '/channels/{id}/exit', {
    tag: 'Channels',
    summary: "Leaves a channel with this host's provider, on the viewer's signature alone",
    description:
      'It begins the withdrawal (`initiateWithdraw`), with `cancel` it ends it; off the development chain the viewer signs: a call without signature answers what to sign. After the delay `finalize` brings back what is left, at anybody’s wish. The host pays the gas where what goes back is worth it, within a daily budget.',
    params: channelParams,
    body: exitBody,
    answer: channelWritten,
    problems: ['unknown_channel', ...PROBLEMS],
    handle: async ({ params: { id: channelId }, body, req }) => {
      const { contract = chain.contract, cancel, finalize } = body;
      const which = { channelId, contract };
      const signed = signatureIn(body, req);
      const channel = finalize
        ? await exits.finish(which, clientIp(req))
        : await exits.signed(which, cancel ? 'cancelWithdraw' : 'initiateWithdraw', signed);
      const message = finalize ? BACK : cancel ? STAYS : LEAVING;
      return { message, channel: await shownChannel(channel, context) };
    },
  });
}

const BACK = 'What was left is back with the viewer.';
const STAYS = 'The deposit stays in the channel.';
const LEAVING = 'The withdrawal has begun.';

function termsIn(body: z.output<typeof depositBody>, req: Request): SignedTerms | undefined {
  const { valid_after, valid_before, authorization_salt: salt, signature } = body;
  if (valid_after === undefined || valid_before === undefined) return undefined;
  if (salt === undefined || signature === undefined) return undefined;
  const times = { validAfterSec: valid_after, validBeforeSec: valid_before };
  return { ...times, salt, signature, clientIp: clientIp(req) };
}
