import { useEffect, useEffectEvent, useState } from 'react';
import type { Earnings } from '../api/answers.ts';
import { onChange } from '../api/changes.ts';
import { host } from '../api/host.ts';
import { inOpenSession, inSession } from '../api/session.ts';
import { useChain } from '../chain.tsx';
import type { Action } from '../contract/action.ts';
import { useWalletAction } from '../contract/use-write.ts';
import { sameHex } from '../lib/same-hex.ts';
import { useWallet } from '../wallet/wallet.ts';

export type Unclaimed = NonNullable<Earnings['unclaimed']>;

/**
 * What viewers have signed for and nobody has claimed yet, which the host shows to its provider alone: signed in, it is
 * read at once; else on request.
 * @returns `null` where the wallet is not the provider of this host
 */
export function useUnclaimed(): { sums: Unclaimed | undefined; show: Action } | null {
  const wallet = useWallet();
  const { provider_wallet } = useChain();
  const [known, setKnown] = useState<{ address: string; sums: Unclaimed }>();
  const address = wallet?.address ?? '';
  const isOwn = sameHex(address, provider_wallet ?? undefined);
  const load = async (token: string) => {
    const { unclaimed = [] } = await host.ownEarnings(address, token);
    setKnown({ address, sums: unclaimed });
  };
  const show = useWalletAction({ what: 'unclaimed' }, async ({ wallet: signer }, steps) => {
    await inSession(signer, steps, load);
    return undefined;
  });
  const readAgain = useEffectEvent(() => {
    void inOpenSession(address, load).catch(() => undefined);
  });
  useEffect(() => {
    if (!isOwn) return;
    readAgain();
    return onChange({ kinds: ['view'], wallet: address }, readAgain);
  }, [isOwn, address]);
  if (!isOwn) return null;
  return { sums: known?.address === address ? known.sums : undefined, show };
}
