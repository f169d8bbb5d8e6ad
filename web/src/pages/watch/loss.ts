import { useRef, useState } from 'react';
import { refusesToken } from '../../player/probe.ts';

/** Providers whose stream broke, and the second at which it did. */
export interface Loss {
  /** Providers' wallets in lower case, in the order in which they were lost. */
  lost: readonly string[];
  fromSec: number;
}

const NONE: Loss = { lost: [], fromSec: 0 };

/** @param beganAtSec where an earlier visit has left it */
export function useLoss(beganAtSec: number) {
  const [loss, setLoss] = useState(NONE);
  const [awaited, setAwaited] = useState('');
  const atSec = useRef(beganAtSec);
  return {
    loss,
    /** The provider that is waited for while nothing comes, in lower case; or an empty text. */
    awaited,
    setAwaited,
    /** Notes the player's position. */
    onTime(sec: number) {
      atSec.current = sec;
    },
    /** The player's position: where the next one begins. */
    positionSec: () => atSec.current,
    /** @param playUrl the token's address, if one was used: a provider that refuses it is not lost. */
    async lose(provider: string, fromSec: number, playUrl: string | undefined, onRefused: () => void) {
      atSec.current = fromSec;
      setLoss((last) => ({ ...last, fromSec }));
      if (playUrl !== undefined && (await refusesToken(playUrl))) return onRefused();
      setLoss(({ lost }) => ({ lost: [...without(lost, provider), provider.toLowerCase()], fromSec }));
    },
    /** Turns to a provider by hand, at the player's position. */
    turnTo(provider: string) {
      const fromSec = atSec.current;
      setLoss(({ lost }) => ({ lost: without(lost, provider), fromSec }));
    },
    /** Notes that a lost provider plays again. */
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
