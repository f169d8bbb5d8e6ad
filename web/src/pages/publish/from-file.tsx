import { useState } from 'react';
import { useChain } from '../../chain.tsx';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Button } from '../../components/form/button.tsx';
import { SendModeChoice } from '../../components/form/send-mode-choice.tsx';
import { Notice } from '../../components/notice.tsx';
import { draftErrors, namedAfter, useDraft } from '../../publish/draft.ts';
import { DropZone } from '../../publish/drop-zone.tsx';
import { sizeText } from '../../publish/progress.ts';
import { ServeChoice } from '../../publish/serve-choice.tsx';
import { useStaged } from '../../publish/staged.ts';
import { TermsFields } from '../../publish/terms-fields.tsx';
import { TransferView } from '../../publish/transfer-view.tsx';
import { usePublishing } from '../../publish/use-publishing.ts';
import { useWallet } from '../../wallet/wallet.ts';
import { PUBLISH_LABELS } from './labels.ts';
import { StagedNote } from './staged-note.tsx';
import { WhatNext } from './what-next.tsx';

/** A file to the host, its terms on chain. */
export function FromFile() {
  const { max_upload_bytes, unsigned, provider_wallet } = useChain();
  const staged = useStaged(useWallet()?.address);
  const [file, setFile] = useState<File>();
  const [draft, change] = useDraft();
  const [sent, setSent] = useState('');
  const { action, transfer, cancel } = usePublishing(file, draft, () => {
    setSent(draft.name.trim());
    setFile(undefined);
  });
  const choose = (chosen: File) => {
    setFile(chosen);
    change(namedAfter(draft, chosen.name));
  };
  const tooLarge = file !== undefined && file.size > max_upload_bytes;
  const ready = file !== undefined && !tooLarge && Object.keys(draftErrors(draft)).length === 0;
  return (
    <>
      {staged && !action.busy && <StagedNote staged={staged} />}
      <DropZone file={file} onFile={choose} disabled={action.busy} />
      {tooLarge && (
        <Notice tone="bad" title={`This host takes files of up to ${sizeText(max_upload_bytes)}.`} />
      )}
      <TermsFields draft={draft} change={change} showErrors={file !== undefined} />
      <ServeChoice
        serve={draft.serve}
        onChange={(serve) => change({ serve })}
        hint="Whoever pays can watch it."
      />
      {!unsigned && <SendModeChoice />}
      {transfer && <TransferView transfer={transfer} busy={action.busy} />}
      <ActionButton action={action} labels={PUBLISH_LABELS} disabled={!ready}>
        Upload and publish
      </ActionButton>
      {action.state.step === 'working' && (
        <Button look="quiet" onClick={cancel}>
          Cancel
        </Button>
      )}
      {action.state.step === 'done' && transfer?.hostCid && (
        <>
          {transfer.name !== sent && <StandsAs name={transfer.name} />}
          <WhatNext
            cid={transfer.hostCid}
            asked={draft.serve && Boolean(provider_wallet) && transfer.notServed === undefined}
            notServed={transfer.notServed}
          />
        </>
      )}
    </>
  );
}

function StandsAs({ name = '' }: { name: string | undefined }) {
  return (
    <Notice tone="warm" title={`You had published this file already, as “${name}”.`}>
      <p>That name stands on chain and stays.</p>
    </Notice>
  );
}
