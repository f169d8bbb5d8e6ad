import type { Content } from '../../api/answers.ts';
import { isFree, priceText } from '../../components/amount.ts';
import { Notice } from '../../components/notice.tsx';
import { ScheduledTerms } from '../../components/scheduled-terms.tsx';

/** What a view costs, and what is announced. */
export function Price({ content }: { content: Content }) {
  return (
    <div className="stack-2">
      <p className="price number">
        {priceText(content)} {!isFree(content) && <span className="soft small">a {content.unit}</span>}
      </p>
      {content.retired && <Notice tone="warm" title="Retired: it takes no more payments." />}
      <ScheduledTerms content={content} />
    </div>
  );
}
