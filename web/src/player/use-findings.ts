import { useEffect, useRef, useState } from 'react';
import type { Terms } from '../playback/terms.ts';
import { lookUntilServed, pauseWhileShown } from './look-again.ts';
import { type Finding, tryOut, tryPackaged } from './probe.ts';

/** Findings by address, the first answer first. */
export type Findings = ReadonlyMap<string, Finding>;

const NONE: Findings = new Map();

/**
 * Tries each address until it serves, all at the same time; `again` begins anew. Under other terms they are tried again,
 * and what was found before stands until then.
 * @param isPackaged the addresses are of directories.
 */
export function useFindings(
  urlsWith: (found: Findings) => readonly string[],
  { isPackaged, terms }: { isPackaged: boolean; terms: Terms },
): [Findings, again: () => void] {
  const [found, setFound] = useState(NONE);
  const [turn, setTurn] = useState(0);
  const begun = useRef({ leaving: new AbortController(), urls: new Set<string>() });
  const key = urlsWith(found).join(' ');
  const round = [turn, ...Object.values(terms)].join(' ');

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round forgets what was begun in the one before
  useEffect(() => {
    begun.current = { leaving: new AbortController(), urls: new Set() };
    return () => begun.current.leaving.abort();
  }, [round]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round begins all of them again
  useEffect(() => {
    const { leaving, urls } = begun.current;
    for (const url of key.split(' ')) {
      if (url === '' || urls.has(url)) continue;
      urls.add(url);
      const look = () => (isPackaged ? tryPackaged : tryOut)(url, leaving.signal);
      const tell = (finding: Finding) => {
        const under = typeof finding === 'object' ? { ...finding, terms } : finding;
        setFound((last) => new Map(last).set(url, under));
      };
      void lookUntilServed({ look, tell, pause: pauseWhileShown, leaving: leaving.signal });
    }
  }, [key, round]);

  const again = () => {
    setFound(NONE);
    setTurn(turn + 1);
  };
  return [found, again];
}
