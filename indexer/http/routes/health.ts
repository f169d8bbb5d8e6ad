import type { Context } from '../context.ts';
import { plainRoute, type Route, route } from '../routing/route.ts';
import { aliveAnswer, readinessAnswer } from '../schemas/health.ts';
import { readiness } from './readiness.ts';

/** For whoever watches over this process. */
export function healthRoutes(context: Context): Route[] {
  const { metrics } = context;
  const alive = route('get', '/healthz', {
    tag: 'Health',
    summary: 'The process answers',
    answer: aliveAnswer,
    handle: () => ({ status: 'ok' as const }),
  });
  const ready = route('get', '/readyz', {
    tag: 'Health',
    summary: 'Every part answers, and the records show all of the chain',
    answer: readinessAnswer,
    also: { 503: 'Not ready; the parts say why' },
    handle: async ({ res }) => {
      const answer = await readiness(context);
      res.status(answer.ready ? 200 : 503);
      return answer;
    },
  });
  const measured = plainRoute(
    {
      method: 'get',
      path: '/metrics',
      tags: ['Health'],
      summary: 'Metrics for Prometheus',
      responses: { 200: { description: 'Text', content: { 'text/plain': { schema: { type: 'string' } } } } },
    },
    async (_req, res) => {
      res.type(metrics.contentType).send(await metrics.text());
    },
  );
  return [alive, ready, measured];
}
