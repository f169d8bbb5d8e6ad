import type { Stream } from '../api/answers.ts';
import { Icon } from '../components/icon.tsx';
import { Time } from '../components/time.tsx';
import { healthWords } from './health.ts';

/** What this host has found of a stream, and when. */
export function StreamHealth({ stream }: { stream: Stream }) {
  const { tone, text, at } = healthWords(stream.health);
  const isPlain = tone === 'plain';
  return (
    <span className={`small ${isPlain ? 'soft block' : `line check check-${tone}`}`}>
      {!isPlain && <Icon name={tone === 'good' ? 'check' : 'warn'} />} {text}
      {at !== null && (
        <>
          {' '}
          · <Time iso={at} />
        </>
      )}
    </span>
  );
}
