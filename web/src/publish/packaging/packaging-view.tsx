import type { Packaging } from '../../api/answers.ts';

interface Props {
  packaging: Packaging;
  /** The file is stored as it is. */
  isClear?: boolean;
}

/** How far the host is with an upload that has arrived. */
export function PackagingView({ packaging: { state, progress }, isClear = false }: Props) {
  if (isClear) return <StoringView state={state} progress={progress} />;
  const percent = Math.floor(100 * progress);
  return (
    <div className="stack-2">
      <progress value={state === 'packaged' ? 1 : progress} max={1} aria-label="Packaging" />
      <p className="small soft number">
        {state === 'queued' && 'Uploaded. It waits for its turn to be packaged.'}
        {state === 'packaging' && `Packaging, ${percent} %: the video is cut into pieces that play anywhere.`}
        {state === 'packaged' && 'Packaged.'}
        {state !== 'packaged' && ' You may leave: the host goes on, and this page finds it again.'}
      </p>
    </div>
  );
}

function StoringView({ state, progress }: Pick<Packaging, 'state' | 'progress'>) {
  if (state === 'packaged') return null;
  const percent = Math.floor(100 * progress);
  return <p className="small soft number">Uploaded. The host stores it: {percent} %.</p>;
}
