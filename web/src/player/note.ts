import type { Attempt } from './attempt.ts';
import type { PlayerSource } from './sources.ts';

/** What is said below the picture. @param isBeyond it stands beyond the free start */
export function noteOf(
  { phase, source, byHand }: Attempt,
  { url, from, isChecked, isPackaged, isPreview, isStopped, isRefused }: PlayerSource,
  isBeyond: boolean,
): string {
  const { host } = new URL(url);
  const instead = source !== 0 && !byHand;
  if (isStopped && phase !== 'plays') return 'It waits for you: what to decide stands beside the video.';
  if (phase === 'opening') return `Opening the video at ${host} …`;
  if (phase === 'waits' && isRefused)
    return `${host} does not sell right now. It goes on by itself as soon as it does.`;
  if (phase === 'waits') return `Waiting for ${host} …`;
  if (phase === 'away') return `${host} does not answer. It goes on by itself as soon as it does.`;
  if (phase === 'locked' && isPreview && isBeyond)
    return 'This is not open yet. Once it is paid, it goes on.';
  if (phase === 'locked' && isPreview) return 'The free start ends here. Once it is paid, it goes on.';
  if (phase === 'locked') return `${host} does not open what comes next.`;
  const start = isPreview && !isBeyond ? 'The free start, f' : 'F';
  if (!isChecked && !isPackaged)
    return `${start}rom the provider at ${host}. Not verified: nobody has compared it with the CID.`;
  if (from === 'provider') return `${start}rom the provider at ${host}.`;
  return instead ? "The provider's stream does not play; this is the host's copy." : "From this host's copy.";
}
