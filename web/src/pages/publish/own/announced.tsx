import type { Content } from '../../../api/answers.ts';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { ScheduledTerms } from '../../../components/scheduled-terms.tsx';
import { useListingWrite } from '../../../contract/use-write.ts';

/** What is announced of a video, by what it is taken back. */
export function Announced({ content }: { content: Content }) {
  const cancel = useListingWrite(content, { name: 'cancelTerms', args: [content.content_id] });
  const [keep, done] = wordsFor(content);
  return (
    <div className="stack-2">
      <ScheduledTerms content={content} />
      <p className="small soft">Until then nothing changes, and it can be taken back.</p>
      <ActionButton action={cancel} labels={{ done }} look="quiet">
        {keep}
      </ActionButton>
    </div>
  );
}

function wordsFor({ retired, scheduled }: Content): [keep: string, done: string] {
  if (retired) return ['Keep it retired', 'It stays retired.'];
  return scheduled?.retires ? ['Keep it', 'It stays.'] : ['Keep the old terms', 'The old terms stay.'];
}
