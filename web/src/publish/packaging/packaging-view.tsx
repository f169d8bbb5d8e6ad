import type { Packaging } from '../../api/answers.ts';
import { clock } from '../../player/clock.ts';
import { stepOf } from './step-of.ts';

interface Props {
  packaging: Packaging;
  /** The file is stored as it is. */
  isClear?: boolean;
  /** As far as this browser knows it. */
  durationSec?: number | null | undefined;
}

/** How far the host is with an upload that has arrived. */
export function PackagingView({ packaging, isClear = false, durationSec }: Props) {
  const { state, progress } = packaging;
  if (isClear) return <StoringView state={state} progress={progress} />;
  return (
    <div className="stack-2">
      <progress value={state === 'packaged' ? 1 : progress} max={1} aria-label="Packaging" />
      <p className="small soft number">
        {wordsFor(packaging, durationSec ?? null)}
        {state !== 'packaged' && ' You may leave: the host goes on, and this page finds it again.'}
      </p>
    </div>
  );
}

function wordsFor(packaging: Packaging, durationSec: number | null): string {
  const { state, progress } = packaging;
  if (state === 'packaged') return 'Packaged and stored.';
  if (state === 'queued') return 'Uploaded. It waits for its turn to be checked.';
  const step = stepOf(packaging, false);
  if (step === 'check') return 'Checking what is in it …';
  if (step === 'store') return 'The last pieces are stored, and it is published …';
  const far =
    durationSec === null
      ? `${Math.floor(100 * progress)} %`
      : `${clock(progress * durationSec)} of ${clock(durationSec)}`;
  return `Packaging, ${far}: the video is cut into pieces that play anywhere.`;
}

function StoringView({ state, progress }: Pick<Packaging, 'state' | 'progress'>) {
  if (state === 'packaged') return null;
  const percent = Math.floor(100 * progress);
  return <p className="small soft number">Uploaded. The host stores it: {percent} %.</p>;
}
