import { useEffect, useEffectEvent, useState } from 'react';
import type { Earnings } from '../api/answers.ts';
import { onChange } from '../api/changes.ts';
import { host } from '../api/host.ts';
import { inOpenSession, inSession } from '../api/session.ts';
import type { Action } from '../contract/action.ts';
import { useWalletAction } from '../contract/use-write.ts';
import { useWallet } from '../wallet/wallet.ts';

export type Unclaimed = NonNullable<Earnings['unclaimed']>;

const LOOK_MS = 10_000;

/**
 * What viewers have signed for and nobody has claimed yet, which the host shows to its provider and whom that has named its
 * delegate: signed in, it is read at once; else on request.
 * @param provider of this host; `null` where the wallet, which stays the same, is none of these
 */
export function useUnclaimed(
  provider: string | null | undefined,
): { sums: Unclaimed | undefined; show: Action } | null {
  const wallet = useWallet();
  const [sums, setSums] = useState<Unclaimed>();
  const load = async (token: string) => {
    if (!provider) return undefined;
    setSums(await host.unclaimedOf(provider, token));
    return true;
  };
  const show = useWalletAction({ what: 'unclaimed' }, async ({ wallet: signer }, steps) => {
    await inSession(signer, steps, load);
    return undefined;
  });
  const readAgain = useEffectEvent(() => {
    void inOpenSession(wallet?.address ?? '', load).then(
      (isShown) => isShown ?? setSums(undefined),
      () => undefined,
    );
  });
  useEffect(() => {
    if (!provider) return;
    readAgain();
    // Signing makes no event.
    const timer = setInterval(() => document.hidden || readAgain(), LOOK_MS);
    const ignore = onChange({ kinds: ['view'], wallet: provider }, readAgain);
    return () => {
      clearInterval(timer);
      ignore();
    };
  }, [provider]);
  if (!provider) return null;
  return { sums, show };
}
