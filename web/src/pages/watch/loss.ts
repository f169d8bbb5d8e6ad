import { useRef, useState } from 'react';
import { refusesToken } from '../../player/probe.ts';

/** Whose stream broke while it played or was to play, and at which second. */
export interface Loss {
  /** Providers' wallets in lower case, in the order in which they were lost. */
  lost: readonly string[];
  fromSec: number;
}

const NONE: Loss = { lost: [], fromSec: 0 };

export function useLoss() {
  const [loss, setLoss] = useState(NONE);
  const atSec = useRef(0);
  return {
    loss,
    /** Where the player is. */
    onTime(sec: number) {
      atSec.current = sec;
    },
    /** @param playUrl of the token that it was played by: where that is refused, the provider is still there. */
    async lose(provider: string, fromSec: number, playUrl: string | undefined, onRefused: () => void) {
      setLoss((last) => ({ ...last, fromSec }));
      if (playUrl !== undefined && (await refusesToken(playUrl))) return onRefused();
      setLoss(({ lost }) => ({ lost: [...without(lost, provider), provider.toLowerCase()], fromSec }));
    },
    /** Somebody wants another one, or the same again: it goes on where the player is. */
    turnTo(provider: string) {
      const fromSec = atSec.current;
      setLoss(({ lost }) => ({ lost: without(lost, provider), fromSec }));
    },
    /** It plays again. */
    regain(provider: string) {
      setLoss((last) => (isLost(last, provider) ? { ...last, lost: without(last.lost, provider) } : last));
    },
  };
}

function isLost({ lost }: Loss, provider: string): boolean {
  return lost.includes(provider.toLowerCase());
}

function without(lost: readonly string[], provider: string): string[] {
  return lost.filter((each) => each !== provider.toLowerCase());
}
