import { z } from 'zod/mini';

/** Whether the host shows all of the chain; if not, a title and the host's reason. */
export type Readiness = { ready: true } | { ready: false; title: string; why: string };

const part = z.object({ state: z.string(), reason: z.optional(z.string()) });
const answer = z.object({ ready: z.boolean(), parts: z.record(z.string(), part) });

const AT_WORK = ['up', 'degraded'];
const UNKNOWN: Readiness = { ready: false, title: 'Not ready', why: 'The host does not say why.' };

/** Reads an answer of `/readyz`. */
export function readinessIn(status: number, body: unknown): Readiness {
  const read = answer.safeParse(body);
  if (!read.success) return UNKNOWN;
  if (status === 200 && read.data.ready) return { ready: true };
  const { chain, indexer, ...others } = read.data.parts;
  if (chain && !AT_WORK.includes(chain.state)) return not('Chain not reachable', chain.reason);
  const broken = Object.entries(others).find(([, { state }]) => !AT_WORK.includes(state));
  if (broken) return not(`Not ready: ${broken[0]}`, broken[1].reason);
  return indexer && !AT_WORK.includes(indexer.state) ? not('Catching up', indexer.reason) : UNKNOWN;
}

function not(title: string, reason: string | undefined): Readiness {
  return { ready: false, title, why: reason ?? '' };
}
