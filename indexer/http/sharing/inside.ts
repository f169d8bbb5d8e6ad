import { withTimeout } from '../../lib/with-timeout.ts';
import { chainFacts } from '../routes/chain.ts';
import { readiness } from '../routes/readiness.ts';

/** What takes longer is left for the page to ask: nobody waits for a document because a part of the host does not answer. */
const PATIENCE_MS = 200;

/**
 * What the page would ask first, by the path that answers the same: inside its document, it is there before anything is
 * asked. Policies let data be; nothing in it ends the element.
 */
export async function answersInside(deps: Parameters<typeof readiness>[0]): Promise<string> {
  const asked = { '/chain': chainFacts(deps), '/readyz': readiness(deps) };
  const answers = await Promise.all(
    Object.entries(asked).map(async ([path, answer]) => {
      const inTime = withTimeout<unknown>(PATIENCE_MS, answer, () => new Error('late'));
      return [path, await inTime.catch(() => undefined)];
    }),
  );
  const text = JSON.stringify(Object.fromEntries(answers)).replaceAll('<', '\\u003c');
  return `<script type="application/json" id="answers">${text}</script>`;
}
