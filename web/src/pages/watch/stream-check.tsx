import { useEffect, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { opens } from '../../player/probe.ts';
import type { Source } from '../../player/sources.ts';

type Found = 'checking' | 'provider' | 'host' | 'nothing';

/** A payment is final, so the page looks before it whether there is something to play. */
export function StreamCheck({ sources }: { sources: readonly Source[] }) {
  const key = sources.map(({ url }) => url).join(' ');
  const [found, setFound] = useState<{ key: string; what: Found }>();
  useEffect(() => {
    const leaving = new AbortController();
    void firstThatOpens(key.split(' ').filter(Boolean), leaving.signal).then((index) => {
      if (leaving.signal.aborted) return;
      setFound({ key, what: index === undefined ? 'nothing' : index === 0 ? 'provider' : 'host' });
    });
    return () => leaving.abort();
  }, [key]);
  const what = found?.key === key ? found.what : 'checking';
  return (
    <p className={`check check-${what} small`} role="status">
      {what === 'checking' ? (
        <span className="spinner" aria-hidden="true" />
      ) : (
        <Icon name={what === 'nothing' ? 'warn' : 'check'} />
      )}
      <span>{WORDS[what]}</span>
    </p>
  );
}

const WORDS: Readonly<Record<Found, string>> = {
  checking: 'Checking whether the stream answers …',
  provider: 'The stream answers and can be played.',
  host: "The provider's stream does not answer; this host has a copy that plays.",
  nothing:
    'The stream can not be checked before payment: it may want to see one first, or be away. A payment is final all the same.',
};

async function firstThatOpens(urls: readonly string[], signal: AbortSignal): Promise<number | undefined> {
  for (const [index, url] of urls.entries()) {
    if (await opens(url, signal)) return index;
    if (signal.aborted) return undefined;
  }
  return undefined;
}
