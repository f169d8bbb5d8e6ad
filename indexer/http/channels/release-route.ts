import { StreamsElsewhere } from '../../playback/errors.ts';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { shownChannel } from '../routes/channels.ts';
import { type Route, route } from '../routing/route.ts';
import { channelParams } from '../schemas/channels.ts';
import { channelWritten, releaseBody, releaseTaken } from './schemas.ts';

const RETRY_SEC = 3;
const BACK = 'What was left is back with the viewer.';
const TAKEN =
  'It is taken on, and goes on by itself: what was sold is claimed, then the rest goes back to the viewer.';

/** The way out of a channel at once, without a question to the wallet. */
export function releaseRoute(context: Context): Route {
  const { releases, chain, elsewhere } = context;
  return route('post', '/channels/{id}/release', {
    tag: 'Channels',
    summary:
      "Gives back what is left in a channel with this host's provider, on the word of the channel's key",
    description:
      "The channel's key signs `ReleaseChannel(bytes32 channelId,uint256 epoch,uint256 lastSeq,uint256 deadline)` in the domain of the contract, good for ten minutes at most. From then on nothing new is sold for the channel. What was sold is claimed, then what is left goes to the viewer's wallet without the delay, at the host's gas, within a daily budget. Hosts that do so say `relayed_releases` in `GET /chain`, and in `released_coins` for which coins. The same call again asks how far it is, also past the deadline.",
    params: channelParams,
    body: releaseBody,
    answer: channelWritten,
    later: { meaning: TAKEN, answer: releaseTaken },
    problems: [
      ...(['unknown_channel', 'signature_invalid', 'signature_expired', 'authorization_too_long'] as const),
      ...(['epoch_differs', 'voucher_missing', 'relay_not_allowed', 'deposit_too_small'] as const),
      ...(['relay_budget', 'contract_refused', 'streams_elsewhere'] as const),
    ],
    handle: async ({ params: { id: channelId }, body, req, res }) => {
      if (await elsewhere.keepsFromSelling()) throw new StreamsElsewhere();
      const { contract = chain.contract, epoch, last_seq: lastSeq, deadline: deadlineSec, signature } = body;
      const order = { contract, channelId, epoch, lastSeq, deadlineSec, signature, clientIp: clientIp(req) };
      const { channel: row, state } = await releases.give(order);
      const channel = await shownChannel(row, context);
      if (state === null) return { message: BACK, channel };
      res.status(202).setHeader('Retry-After', String(RETRY_SEC));
      return { message: TAKEN, channel, release: { state } };
    },
  });
}
