import { z } from 'zod/mini';
import type { Content } from '../../api/answers.ts';
import { HostRefused } from '../../api/errors.ts';
import { ask } from '../../api/http.ts';

const streamLook = z.object({
  state: z.string(),
  reason: z.nullable(z.string()),
  latency_ms: z.nullable(z.number()),
  findings: z.array(z.object({ check: z.string(), result: z.string(), detail: z.string() })),
});
/** What the host has found at an address that is no stream yet. */
export type StreamLook = z.infer<typeof streamLook>;

/**
 * Has the host look at an address, as viewers will reach it.
 * @param wallet whose stream it will be
 * @returns `null` where the host does not look, or can't now
 * @throws {HostUnreachable}, {HostNotUnderstood}
 */
export async function lookAtStream(
  { contract, content_id }: Pick<Content, 'contract' | 'content_id'>,
  wallet: string,
  url: string,
): Promise<StreamLook | null> {
  const path = `/streams/${contract}-${content_id}-${wallet}/look`;
  return await ask(path, streamLook, { method: 'POST', json: { stream_url: url } }).catch(
    (error: unknown) => {
      if (error instanceof HostRefused) return null;
      throw error;
    },
  );
}
