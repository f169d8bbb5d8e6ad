import { type TakedownState, Takedowns } from '../../playback/takedown/takedowns.ts';
import type { Context } from '../context.ts';
import { TAKEDOWN_PATH } from '../middleware/operator-guard.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import type { CidField } from '../schemas/fields/fields.ts';
import { byQuery, takedownAnswer, takedownQuery } from '../schemas/takedowns.ts';
import { isoTime } from '../serialize/iso-time.ts';
import { providingOf } from './offers.ts';

const PATH = `${TAKEDOWN_PATH}/{cid}`;
const OPERATOR = { tag: 'Operator', params: cidParams, operator: true, answer: takedownAnswer } as const;

/** What the operator takes off this host: `npm run block` makes these calls. */
export function takedownRoutes(context: Context): Route[] {
  const takedowns = new Takedowns({ ...context, providing: providingOf(context) });
  const state = route('get', PATH, {
    ...OPERATOR,
    summary: 'Whether a content is taken off this host',
    handle: async ({ params: { cid } }) => shown(cid, await takedowns.stateOf(cid.key)),
  });
  const take = route('put', PATH, {
    ...OPERATOR,
    summary: 'Takes a content off this host',
    description:
      "Media of it is answered 451, in whatever spelling, and so is whatever of it nothing else here needs; the catalogue leaves it out, and it is taken here no more. This host's streams of it are ended on chain: those in `stream_urls` could not be yet, and are tried again. Its listing stays on chain. A file that was here to be served by this host alone goes, as by `DELETE /offers/{cid}`.",
    query: takedownQuery,
    handle: async ({ params: { cid }, query: { reason = null, by } }) =>
      shown(cid, await takedowns.takeDown({ cid, reason, by })),
  });
  const lift = route('delete', PATH, {
    ...OPERATOR,
    summary: 'Ends that',
    description: 'It registers no stream again, and brings back no file.',
    query: byQuery,
    handle: async ({ params: { cid }, query: { by } }) => {
      await takedowns.lift({ cid, by });
      return shown(cid, await takedowns.stateOf(cid.key));
    },
  });
  return [state, take, lift];
}

function shown({ text: cid }: CidField, { takedown, streams }: TakedownState) {
  return {
    message: takedown === null ? 'The content is not taken down.' : 'The content is taken down.',
    cid,
    taken_down_at: takedown && isoTime(takedown.takenAtSec),
    taken_down_by: takedown?.takenBy ?? null,
    reason: takedown?.reason ?? null,
    stream_urls: streams,
  };
}
