import { useState } from 'react';
import { useChain } from '../../chain.tsx';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Button } from '../../components/form/button.tsx';
import { SendModeChoice } from '../../components/form/send-mode-choice.tsx';
import { Notice } from '../../components/notice.tsx';
import type { Action } from '../../contract/action.ts';
import { CaptionsFields } from '../../publish/captions/captions-fields.tsx';
import type { SentCaptions } from '../../publish/captions/captions-files.ts';
import { useCaptionsFiles } from '../../publish/captions/use-captions-files.ts';
import { type Draft, namedAfter, useDraft } from '../../publish/draft.ts';
import { DropZone } from '../../publish/drop-zone.tsx';
import { ProtectChoice } from '../../publish/fields/protect-choice.tsx';
import { TermsFields } from '../../publish/fields/terms-fields.tsx';
import { useFormErrors } from '../../publish/fields/use-errors.ts';
import { useQueued } from '../../publish/packaging/queued.ts';
import { PosterChoice } from '../../publish/poster/poster-choice.tsx';
import { usePoster } from '../../publish/poster/use-poster.ts';
import { sizeText } from '../../publish/progress.ts';
import { ServeChoice } from '../../publish/serve-choice.tsx';
import type { Transfer } from '../../publish/transfer.ts';
import { TransferView } from '../../publish/transfer-view.tsx';
import { usePublishing } from '../../publish/use-publishing.ts';
import { useWallet } from '../../wallet/wallet.ts';
import { EarlierUploads } from './earlier-uploads.tsx';
import { PUBLISH_LABELS } from './labels.ts';
import { missing } from './missing.ts';
import { WhatNext } from './what-next.tsx';

/** What went to the host. */
interface Sent {
  draft: Draft;
  captions: readonly SentCaptions[];
}

/** A file to the host, its terms on chain. */
export function FromFile() {
  const chain = useChain();
  const { max_upload_bytes, unsigned } = chain;
  const wallet = useWallet()?.address;
  const queued = useQueued(wallet);
  const [file, setFile] = useState<File>();
  const [draft, change] = useDraft(chain);
  const [sent, setSent] = useState<Sent>();
  const captions = useCaptionsFiles(draft.protect);
  const poster = usePoster(draft.protect ? file : undefined);
  const beside = { poster: poster.taken, captions: captions.sent ?? [] };
  const publication = usePublishing(file, draft, beside, () => {
    setSent({ draft, captions: captions.sent ?? [] });
    setFile(undefined);
    captions.clear();
  });
  const { transfer, cancel } = publication;
  const { errors, canSend, action } = useFormErrors(draft, publication.action);
  const choose = (chosen: File) => {
    setFile(chosen);
    change(namedAfter(draft, chosen.name));
  };
  const tooLarge = file !== undefined && file.size > max_upload_bytes;
  const waitsFor = missing({ file, tooLarge, canSend, hasCaptions: captions.sent !== undefined });
  const working = queued ? 'The host packages it …' : 'Uploading …';
  const isDone = action.state.step === 'done';
  return (
    <>
      <EarlierUploads wallet={wallet} busy={action.busy} />
      <DropZone file={file} onFile={choose} disabled={action.busy} />
      {errors.file && <p className="field-error">{errors.file}</p>}
      {tooLarge && (
        <Notice tone="bad" title={`This host takes files of up to ${sizeText(max_upload_bytes)}.`} />
      )}
      {file && draft.protect && <PosterChoice poster={poster} disabled={action.busy} />}
      {action.busy && <p role="status">{reasonFor(cancel !== undefined)}</p>}
      <fieldset className="stack-4" aria-label="Terms" disabled={action.busy}>
        <TermsFields
          {...{ draft, change, errors, durationSec: poster.durationSec }}
          showErrors={file !== undefined}
        />
        <ProtectChoice draft={draft} change={change} error={errors.previewSec} />
        {file && draft.protect && <CaptionsFields captions={captions} error={errors.captions} />}
        <ServeChoice
          serve={draft.serve}
          onChange={(serve) => change({ serve })}
          hint="Whoever pays can watch it."
        />
        {!unsigned && <SendModeChoice />}
      </fieldset>
      {transfer && <TransferView transfer={transfer} busy={action.busy} />}
      <Sending {...{ action, working, waitsFor, cancel, isDone }} />
      {isDone && transfer && sent && <Outcome transfer={transfer} sent={sent} />}
    </>
  );
}

interface SendingProps {
  action: Action;
  /** What is said while it goes on. */
  working: string;
  /** Why it can't be sent yet; `null`: it can. */
  waitsFor: string | null;
  /** `undefined` where there is nothing to cancel. */
  cancel: (() => void) | undefined;
  /** What was sent stands there, and what the next one lacks is no matter yet. */
  isDone: boolean;
}

function Sending({ action, working, waitsFor, cancel, isDone }: SendingProps) {
  return (
    <>
      <ActionButton action={action} labels={{ ...PUBLISH_LABELS, working }} disabled={waitsFor !== null}>
        Upload and publish
      </ActionButton>
      {waitsFor !== null && !action.busy && !isDone && <p className="small soft">{waitsFor}</p>}
      {cancel && (
        <Button look="quiet" onClick={cancel}>
          Cancel
        </Button>
      )}
    </>
  );
}

/** Why the fields can't be changed. */
function reasonFor(canCancel: boolean): string {
  const stays = 'These terms go with what is being sent, and stay until it is published.';
  return canCancel ? `${stays} To change them, cancel it.` : stays;
}

/** What came of the upload. */
function Outcome({ transfer: { hostCid, name, notServed }, sent }: { transfer: Transfer; sent: Sent }) {
  const { draft, captions } = sent;
  const { provider_wallet } = useChain();
  if (hostCid === undefined) return null;
  return (
    <>
      {name !== draft.name.trim() && <StandsAs name={name} />}
      {captions.length > 0 && <p>With captions: {captions.map(({ label }) => label).join(', ')}.</p>}
      <WhatNext
        cid={hostCid}
        asked={draft.serve && Boolean(provider_wallet) && notServed === undefined}
        notServed={notServed}
      />
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
