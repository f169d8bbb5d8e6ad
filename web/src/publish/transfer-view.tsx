import { useEffect } from 'react';
import { Hash } from '../components/hash.tsx';
import { Icon } from '../components/icon.tsx';
import { clock } from '../player/clock.ts';
import { PackagingView } from './packaging/packaging-view.tsx';
import { stepOf } from './packaging/step-of.ts';
import { Steps } from './packaging/steps.tsx';
import { remainingSec, sizeText } from './progress.ts';
import type { Transfer } from './transfer.ts';

/** The progress of an upload; of a clear file whether the host's CID is the one computed here. */
export function TransferView({ transfer, busy }: { transfer: Transfer; busy: boolean }) {
  const { bytes, totalBytes, bytesPerSec } = transfer.upload;
  const left = remainingSec(transfer.upload);
  const isClear = transfer.hashedBytes !== undefined;
  useWarningOnLeave(busy && bytes < totalBytes);
  return (
    <div className="stack-2">
      <Steps now={stepOf(transfer.packaging, isClear)} isClear={isClear} />
      <progress value={bytes} max={totalBytes} aria-label="Upload" />
      <p className="small soft number">
        {sizeText(bytes)} of {sizeText(totalBytes)}
        {busy && bytesPerSec > 0 && ` · ${sizeText(bytesPerSec)}/s`}
        {busy && left !== undefined && left > 0 && ` · ${clock(left)} left`}
      </p>
      {transfer.packaging && (
        <PackagingView {...{ packaging: transfer.packaging, isClear, durationSec: transfer.durationSec }} />
      )}
      {isClear && <CidCheck transfer={transfer} />}
    </div>
  );
}

function CidCheck({ transfer: { cid, hostCid, hashedBytes = 0, upload } }: { transfer: Transfer }) {
  if (!cid) {
    const percent = Math.floor((100 * hashedBytes) / upload.totalBytes);
    return <p className="small soft number">Computing the address (CID) of the file here: {percent} %</p>;
  }
  const same = hostCid === undefined ? undefined : hostCid === cid;
  return (
    <p className={`line check check-${same === false ? 'warm' : 'good'} small`}>
      {same !== undefined && <Icon name={same ? 'check' : 'warn'} />}
      <span>
        <Hash text={cid} head={80} />
        <span className="block">
          {same === undefined && 'Computed in this browser.'}
          {same === true && 'The host has stored the very same file.'}
          {same === false && `The host says ${hostCid}.`}
        </span>
      </span>
    </p>
  );
}

function useWarningOnLeave(active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [active]);
}
