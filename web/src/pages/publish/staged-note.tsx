import { ActionButton } from '../../components/form/action-button.tsx';
import { Button } from '../../components/form/button.tsx';
import { WayChoice } from '../../components/form/send-mode-choice.tsx';
import { Notice } from '../../components/notice.tsx';
import { Time } from '../../components/time.tsx';
import { toBaseUnits } from '../../contract/money.ts';
import { type Staged, stage } from '../../publish/staged.ts';
import { useStagedPublishing } from '../../publish/use-publishing.ts';
import { PUBLISH_WORDS } from './words.ts';

/** An upload of an earlier visit that is not on chain yet. */
export function StagedNote({ staged }: { staged: Staged }) {
  const action = useStagedPublishing(staged);
  const { name, price } = staged.draft;
  return (
    <Notice tone="warm" title={`“${name}” is uploaded, but not published.`}>
      <p>
        The host removes it <Time iso={staged.expiresAt} />.{' '}
        {toBaseUnits(price) === 0n ? 'It is free.' : `Its price: ${price} ETH.`}
      </p>
      <WayChoice />
      <ActionButton action={action} words={PUBLISH_WORDS}>
        Publish it
      </ActionButton>
      <Button look="quiet" disabled={action.busy} onClick={() => stage(null)}>
        Forget it
      </Button>
    </Notice>
  );
}
