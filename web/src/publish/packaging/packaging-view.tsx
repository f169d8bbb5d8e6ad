import type { Packaging } from '../../api/answers.ts';

/** How far the packaging of an upload is. */
export function PackagingView({ packaging: { state, progress } }: { packaging: Packaging }) {
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
