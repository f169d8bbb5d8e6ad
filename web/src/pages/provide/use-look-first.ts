import { useState } from 'react';
import type { Content } from '../../api/answers.ts';
import type { Action } from '../../contract/action.ts';
import { useWallet } from '../../wallet/wallet.ts';
import { type LookWords, lookWords, onlyHere } from './look-words.ts';
import { lookAtStream } from './stream-look.ts';

interface Found {
  url: string;
  words: LookWords;
}

export interface LookedFirst {
  /** Looks, then does what was asked; not so where nobody could watch it there. */
  action: Action;
  /** Of the address as it is now; `null` before anybody has looked. */
  words: LookWords | null;
  /** Does it all the same; `null` as long as nothing speaks against it. */
  goOn: (() => void) | null;
}

/** Has the host look at the address before the wallet is asked: a registration costs gas, and viewers rely on it. */
export function useLookFirst(content: Content, url: string, write: Action): LookedFirst {
  const wallet = useWallet();
  const [found, setFound] = useState<Found>();
  const [looking, setLooking] = useState<string>();
  const known = found?.url === url ? found.words : null;
  const words = onlyHere(url, location) ?? known;

  const look = async (address: string) => {
    setLooking(url);
    try {
      const next = lookWords(await lookAtStream(content, address, url).catch(() => null));
      setFound({ url, words: next });
      if (!next.stops) write.start();
    } finally {
      setLooking(undefined);
    }
  };
  const start = () => {
    // Of an address that was looked at and stops, a second press looks again: it may have been started.
    if (!wallet || looking !== undefined) return;
    if (words !== known) return setFound({ url, words: words ?? lookWords(null) });
    void look(wallet.address);
  };
  const isLooking = looking !== undefined;
  const action: Action = {
    start,
    busy: write.busy || isLooking,
    state: isLooking ? { step: 'working' } : write.state,
  };
  return { action, words, goOn: words?.stops && !action.busy ? write.start : null };
}
