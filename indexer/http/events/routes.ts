import type { Request } from 'express';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { createCounter } from '../middleware/counter.ts';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import { filledIn } from '../routing/query.ts';
import { plainRoute, type Route } from '../routing/route.ts';
import { fieldProblems, problemResponses } from '../routing/route-doc.ts';
import { validate } from '../routing/validate.ts';
import { eventsHeaders, eventsQuery, liveEvent } from './schemas.ts';
import { streamEvents } from './sse.ts';

const DESCRIPTION = `Server-sent events: views, streams, contents and uploads as they are committed to the records, in the shapes of the
other reads. The schema shows one message: the fields \`id\`, \`event\` and \`data\`, the latter as JSON.

- \`view.recorded\`: a new view, reported ones included. \`view.covered\`: the reported view \`report_id\` is part of the
  payment \`record\` now, and no view of its own any more.
- \`upload.progress\`: how far an upload is that is packaged here, at each change of its state and meanwhile once a second;
  more of it, such as its CID, says \`GET /uploads/{id}\` to its wallet.
- \`reverted\`: the chain was reorganised. A view with this \`id\` is void; a stream or content is what stands here now.
- \`reset\`: more has changed than can be told: read everything anew, then go on from here.

A client that comes back with \`Last-Event-ID\` (or \`last_event_id\`) is sent all that it missed, once, as far back as it
is kept. A comment every 15 s says that the stream is alive; the same comment moves the id on.`;

/** `GET /events`: live updates. */
export function eventRoutes({ config, stopping, feedReader }: Context): Route[] {
  const clients = createCounter();
  const events = plainRoute(
    {
      method: 'get',
      path: '/events',
      tags: ['Live updates'],
      summary: 'What happens, as it happens',
      description: DESCRIPTION,
      request: { query: eventsQuery, headers: eventsHeaders },
      responses: {
        200: {
          description: 'A stream without an end',
          content: { 'text/event-stream': { schema: liveEvent } },
        },
        ...problemResponses([
          'malformed_query',
          'unknown_field',
          ...fieldProblems(eventsQuery),
          'too_many_listeners',
        ]),
      },
    },
    async (req, res) => {
      const { kind, cid, wallet, last_event_id } = validate(
        eventsQuery,
        filledIn(req.query, eventsQuery.shape),
      );
      const given = validate(eventsHeaders, lastEventId(req));
      const from = given['last-event-id'] ?? last_event_id;
      if (stopping.aborted) throw problem('unavailable', 'This host is stopping.');
      const client = clientIp(req);
      if (clients.total >= config.maxEventClients) throw tooMany(config.maxEventClients, 'clients');
      if (clients.of(client) >= config.maxEventClientsPerAddress)
        throw tooMany(config.maxEventClientsPerAddress, 'clients of this address');
      clients.countUntilClosed(client, res);
      const filter = { kinds: kind, cidKey: cid?.key, wallet: wallet?.toLowerCase() };
      await streamEvents(res, feedReader, { from, filter, stopping });
    },
  );
  return [events];
}

function lastEventId(req: Request): object {
  const id = req.get('Last-Event-ID');
  return id === undefined ? {} : { 'last-event-id': id };
}

function tooMany(max: number, whose: string): HttpProblem {
  const detail = `${max} ${whose} listen already, as many as this host takes: try again.`;
  return problem('too_many_listeners', detail);
}
