import { useEffect, useEffectEvent, useState } from 'react';
import type { Packaging } from '../../api/answers.ts';
import { hasSession } from '../../api/session.ts';
import { useChain } from '../../chain.tsx';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Button } from '../../components/form/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { type Packaged, useFollowing } from '../../publish/packaging/following.ts';
import { PackagingView } from '../../publish/packaging/packaging-view.tsx';
import { type QueuedUpload, queue } from '../../publish/packaging/queued.ts';
import { stepOf } from '../../publish/packaging/step-of.ts';
import { Steps } from '../../publish/packaging/steps.tsx';

interface QueuedNoteProps {
  queued: QueuedUpload;
  onPublished: (packaged: Packaged) => void;
}

const PACKAGING = {
  title: 'uploaded, and being packaged.',
  labels: { working: 'The host packages it …', done: 'It is packaged.' },
};
const STORING = {
  title: 'uploaded, and being stored.',
  labels: { working: 'The host stores it …', done: 'It is stored.' },
};

/** An upload of an earlier visit that is being packaged, or stored. */
export function QueuedNote({ queued, onPublished }: QueuedNoteProps) {
  const { unsigned } = useChain();
  const [packaging, setPackaging] = useState<Packaging>();
  const follow = useFollowing(queued, setPackaging, onPublished);
  const mayAsk = unsigned || hasSession(queued.wallet);
  const begin = useEffectEvent(() => follow.state.step === 'idle' && mayAsk && follow.start());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another upload is looked for anew
  useEffect(() => void begin(), [queued.id]);
  const isClear = !queued.draft.protect;
  const { title, labels } = isClear ? STORING : PACKAGING;
  const isOver = follow.state.step === 'failed';
  return (
    <Notice tone="plain" title={`“${queued.draft.name.trim()}” is ${title}`}>
      {packaging && !isOver && <Steps now={stepOf(packaging, isClear)} isClear={isClear} />}
      {packaging && !isOver && <PackagingView {...{ packaging, isClear, durationSec: queued.durationSec }} />}
      <ActionButton action={follow} labels={labels} look="quiet">
        {mayAsk ? 'Look again' : 'Sign in and look'}
      </ActionButton>
      {isOver && (
        <Button look="quiet" onClick={() => queue(null)}>
          Forget it
        </Button>
      )}
    </Notice>
  );
}
