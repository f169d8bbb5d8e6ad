import type { Content, Stream } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useChain } from '../../chain.tsx';
import { isFree } from '../../components/amount.ts';
import { sourcesOf } from '../../player/sources.ts';
import { type Findings, useFindings } from '../../player/use-findings.ts';
import { usePlace } from '../../router.tsx';
import type { Paid } from './good-for.ts';
import { usePaid } from './paid.ts';
import { proposed, servingOf, toTry, toTryOf, verdictOf } from './serving.ts';

/** Who serves a listing, who of them is chosen, and what would play; tried only while nothing is paid yet. */
export function useServing(content: Content, streams: readonly Stream[]) {
  const { query } = usePlace();
  const { open_gateway } = useChain();
  const paid: Paid | null | undefined = usePaid(content);
  const free = isFree(content) && !content.retired;
  const fileUrl = host.fileUrl(content.cid);
  const places = { page: new URL(location.href), fileUrl, isOpen: open_gateway || free };
  const wanted = paid?.provider ?? query.get('provider') ?? '';
  const servings = streams
    .filter((each) => each.content_id === content.content_id && each.contract === content.contract)
    .map((stream) => servingOf(stream, places));

  const chosenBy = (found: Findings) => {
    const chosen = proposed(servings, wanted, found);
    // Nobody needs to be paid for it: the host may give it by itself.
    const own = free ? sourcesOf('', fileUrl, places.page) : [];
    return { chosen: chosen?.stream, sources: chosen?.sources ?? own };
  };
  const [found, again] = useFindings((soFar) => {
    if (paid || content.retired) return [];
    const { sources } = chosenBy(soFar);
    return [...new Set([...toTryOf(sources, soFar), ...toTry(servings, soFar)])];
  });
  const { chosen, sources } = chosenBy(found);
  const verdict = verdictOf(sources, found, fileUrl);
  return { paid, free, servings, chosen, sources, found, verdict, again, fileUrl };
}
