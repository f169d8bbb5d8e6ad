import { useEffect, useEffectEvent, useState } from 'react';
import { inOpenSession } from '../../../api/session.ts';

/** What the host tells the wallet that is signed in; `undefined` before it has, and where it does not. */
export function useInSession<T>(address: string, read: (token: string) => Promise<T>): T | undefined {
  const [answer, setAnswer] = useState<T>();
  const ask = useEffectEvent(async () => {
    await inOpenSession(address, read).then(setAnswer, () => undefined);
  });
  useEffect(() => void ask(), []);
  return answer;
}
