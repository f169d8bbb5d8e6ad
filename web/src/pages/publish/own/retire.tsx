import { useState } from 'react';
import type { Content } from '../../../api/answers.ts';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { Button } from '../../../components/form/button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useListingWrite } from '../../../contract/use-write.ts';
import { periodText, useNoticeSec } from './notice-period.ts';

/** Ends the sale of a video, after a question. */
export function Retire({ content }: { content: Content }) {
  const [isAsked, setAsked] = useState(false);
  if (isAsked) return <Question content={content} onNo={() => setAsked(false)} />;
  return (
    <div>
      <Button look="quiet" onClick={() => setAsked(true)}>
        Retire …
      </Button>
    </div>
  );
}

function Question({ content, onNo }: { content: Content; onNo: () => void }) {
  const noticeSec = useNoticeSec(content.contract);
  const retire = useListingWrite(content, { name: 'retire', args: [content.content_id] });
  return (
    <Notice tone="warm" title={`Retire “${content.video_name}”?`} announce>
      <p>
        In {periodText(noticeSec)} nobody can pay for it any more; until then you can take it back. What was
        paid stays open until its time is over, and what is owed to you is still paid. It can be published
        again, after the same notice.
      </p>
      <div className="row">
        <ActionButton action={retire} labels={{ done: 'Its retirement is announced.' }}>
          Retire it
        </ActionButton>
        <Button look="quiet" disabled={retire.busy} onClick={onNo}>
          No, keep selling it
        </Button>
      </div>
    </Notice>
  );
}
