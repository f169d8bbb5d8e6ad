import { useState } from 'react';
import { useChain } from '../chain.tsx';
import { ActionButton } from '../components/action-button.tsx';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { Page } from '../components/page.tsx';
import { faultsOf, useDraft } from '../publish/draft.ts';
import { DropZone } from '../publish/drop-zone.tsx';
import { sizeText } from '../publish/progress.ts';
import { TermsFields } from '../publish/terms-fields.tsx';
import { TransferView } from '../publish/transfer-view.tsx';
import { usePublishing } from '../publish/use-publishing.ts';
import { Link } from '../router.tsx';
import { OwnVideos } from './publish/own-videos.tsx';

const WORDS = {
  working: 'Uploading …',
  wallet: 'Confirm in your wallet.',
  pending: 'Sent. Waiting for the block that holds it …',
  done: 'Published.',
};

/** A creator's view: a file to the host, its terms on chain. */
export function Publish() {
  const { max_upload_bytes } = useChain();
  const [file, setFile] = useState<File>();
  const [draft, change] = useDraft();
  const { action, transfer, cancel } = usePublishing(file, draft);
  const choose = (chosen: File) => {
    setFile(chosen);
    if (draft.name === '') change({ name: nameOf(chosen) });
  };
  const tooLarge = file !== undefined && file.size > max_upload_bytes;
  const ready = file !== undefined && !tooLarge && Object.keys(faultsOf(draft)).length === 0;
  return (
    <Page
      title="Publish"
      lead="The file goes to this host and IPFS, its price and split go on chain, under your name."
    >
      <div className="columns">
        <form className="panel stack-4" onSubmit={(event) => event.preventDefault()}>
          <DropZone file={file} onFile={choose} disabled={action.busy} />
          {tooLarge && (
            <Notice tone="bad" title={`This host takes files of up to ${sizeText(max_upload_bytes)}.`} />
          )}
          <TermsFields draft={draft} change={change} showFaults={file !== undefined} />
          {transfer && <TransferView transfer={transfer} busy={action.busy} />}
          <div className="row">
            <ActionButton action={action} words={WORDS} disabled={!ready}>
              Upload and publish
            </ActionButton>
            {action.state.step === 'working' && (
              <Button look="quiet" onClick={cancel}>
                Cancel
              </Button>
            )}
          </div>
          {action.state.step === 'done' && transfer?.hostCid && <WhatNext cid={transfer.hostCid} />}
        </form>
        <OwnVideos />
      </div>
    </Page>
  );
}

function WhatNext({ cid }: { cid: string }) {
  const path = encodeURIComponent(cid);
  return (
    <p>
      <Link href={`/watch/${path}`}>See it as viewers do</Link> ·{' '}
      <Link href={`/provide?cid=${path}`}>Serve it</Link>
    </p>
  );
}

/** `my_holiday.mp4` → `my holiday` */
function nameOf({ name }: File): string {
  return name
    .replace(/\.[^.]+$/, '')
    .replaceAll('_', ' ')
    .slice(0, 200);
}
