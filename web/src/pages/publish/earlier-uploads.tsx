import { useState } from 'react';
import { Notice } from '../../components/notice.tsx';
import { useArriving } from '../../publish/arriving/arriving.ts';
import { ArrivingNote } from '../../publish/arriving/arriving-note.tsx';
import type { Packaged } from '../../publish/packaging/following.ts';
import { useQueued } from '../../publish/packaging/queued.ts';
import { useStaged } from '../../publish/staged.ts';
import { QueuedNote } from './queued-note.tsx';
import { StagedNote } from './staged-note.tsx';
import { WhatNext } from './what-next.tsx';

/** What has become of uploads of earlier visits. @param busy one of this visit is under way */
export function EarlierUploads({ wallet, busy }: { wallet: string | undefined; busy: boolean }) {
  const [staged, queued, arriving] = [useStaged(wallet), useQueued(wallet), useArriving(wallet)];
  const [earlier, setEarlier] = useState<Packaged>();
  return (
    <>
      {staged && !busy && <StagedNote staged={staged} />}
      {queued && !busy && <QueuedNote key={queued.id} queued={queued} onPublished={setEarlier} />}
      {earlier && <Earlier packaged={earlier} />}
      {arriving && !busy && <ArrivingNote arriving={arriving} />}
    </>
  );
}

/** An upload of an earlier visit that the host has published by itself. */
function Earlier({ packaged: { meta } }: { packaged: Packaged }) {
  return (
    <Notice tone="good" title={`“${meta.video_name}” is published.`} announce>
      <WhatNext cid={meta.cid} asked={false} />
    </Notice>
  );
}
