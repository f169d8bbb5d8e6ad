import { ActionButton } from '../../components/form/action-button.tsx';
import { Button } from '../../components/form/button.tsx';
import { SendModeChoice } from '../../components/form/send-mode-choice.tsx';
import { Notice } from '../../components/notice.tsx';
import { Time } from '../../components/time.tsx';
import { toBaseUnits } from '../../contract/money.ts';
import { unitOf } from '../../publish/draft.ts';
import { type StagedUpload, stage } from '../../publish/staged.ts';
import { useStagedPublishing } from '../../publish/use-publishing.ts';
import { PUBLISH_LABELS } from './labels.ts';

/** An upload of an earlier visit that is not on chain yet. */
export function StagedNote({ staged }: { staged: StagedUpload }) {
  const action = useStagedPublishing(staged);
  const { name, price, coin } = staged.draft;
  return (
    <Notice tone="warm" title={`“${name}” is uploaded, but not published.`}>
      <p>
        The host removes it <Time iso={staged.expiresAt} />.{' '}
        {toBaseUnits(price, coin?.decimals) === 0n
          ? 'It is free.'
          : `Its price: ${price} ${coin?.symbol ?? 'ETH'} a ${unitOf(staged.draft)}.`}
      </p>
      <SendModeChoice />
      <ActionButton action={action} labels={PUBLISH_LABELS}>
        Publish it
      </ActionButton>
      <Button look="quiet" disabled={action.busy} onClick={() => stage(null)}>
        Forget it
      </Button>
    </Notice>
  );
}
