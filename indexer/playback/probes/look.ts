import { parseIpfsCid } from '../../lib/cid.ts';
import type { ContentRow } from '../../store/store.ts';
import { type LookDeps, type LookedAt, Looking } from './looking.ts';
import { packagedChecks } from './packaged-checks.ts';
import { NotReached } from './reach.ts';
import type { Finding } from './rules.ts';

export interface Look {
  findings: readonly Finding[];
  /** Of the first answer; `null` without one. */
  latencyMs: number | null;
}

/** Everything that can be seen of a stream without paying for it. @param listing as the records have it, if they do */
export async function lookAt(stream: LookedAt, listing: ContentRow | null, deps: LookDeps): Promise<Look> {
  const looking = new Looking(stream, listing, deps);
  try {
    await checks(looking);
  } catch (error) {
    if (!(error instanceof NotReached)) throw error;
    const { reason, message } = error;
    looking.found('answer', reason === 'not_public' ? 'skipped' : 'silent', reason, message);
  }
  const { findings, latencyMs } = looking;
  return { findings, latencyMs };
}

async function checks(looking: Looking): Promise<void> {
  const cid = parseIpfsCid(looking.stream.cidKey);
  const root = cid && (await looking.node('', cid));
  if (root?.kind === 'directory' || root?.kind === 'shard') return await packagedChecks(looking, root);
  if (root?.kind === 'file') return await looking.part('', root, root.heldBytes);
  if (looking.findings.some(({ result }) => result === 'wrong')) return;
  // Nobody shows what the CID names: whether anything stands there at all.
  const answer = await looking.ask('', { range: '0-1023', maxBytes: 1_024, isCut: true });
  if (answer.status === 402 || answer.status === 410) return looking.demanded(answer);
  const isThere =
    answer.status === 200 || answer.status === 206 || (await looking.ask('/content.json')).status === 200;
  if (!isThere) return looking.found('answer', 'silent', 'refused', `It answers ${answer.status}.`);
  looking.found('bytes', 'skipped', 'not_verifiable', 'It shows no blocks, and this host has no copy.');
}
