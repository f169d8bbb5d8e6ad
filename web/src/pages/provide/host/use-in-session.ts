import { useEffect, useEffectEvent, useState } from 'react';
import { inOpenSession } from '../../../api/session.ts';

/** What the host tells the wallet that is signed in, and asking it again; `undefined` before it has, and where it does not. */
export function useInSession<T>(
  address: string,
  read: (token: string) => Promise<T>,
): [T | undefined, again: () => Promise<void>] {
  const [answer, setAnswer] = useState<T>();
  const again = () => inOpenSession(address, read).then(setAnswer, () => undefined);
  const ask = useEffectEvent(again);
  useEffect(() => void ask(), []);
  return [answer, again];
}
