import { useState } from 'react';
import { type Content, isSameListing, type KeyGrants } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { hasSession, inOpenSession, inSession } from '../../api/session.ts';
import type { Action } from '../../contract/action.ts';
import { type Actor, useWalletAction } from '../../contract/use-write.ts';
import { useLookAgain } from '../../playback/use-look-again.ts';
import { useWallet } from '../../wallet/wallet.ts';
import { endOf, isStillToBeHad, type Period, typedKeyGrant } from './key-grant.ts';

export interface Granting {
  /** Of this listing alone; `undefined` before anybody has asked. */
  known: KeyGrants | undefined;
  /** Asks the host, which has the creator sign in. */
  show: Action;
  /** Signs a grant, and brings it to the host. */
  grant: Action;
}

/**
 * @param provider whom to grant, `undefined` as long as nobody is named.
 * @param onGranted a grant can't be taken back, so none is made twice by a second press
 */
export function useKeyGrants(
  content: Content,
  provider: string | undefined,
  period: Period,
  onGranted: () => void,
): Granting {
  const { cid, contract, content_id } = content;
  const [known, setKnown] = useState<KeyGrants>();
  const listing = `${contract}:${content_id}`;
  const read = async (token: string) => {
    const { requests, grants } = await host.keyGrants(cid, token);
    const ofThis = <T extends KeyGrants['requests' | 'grants'][number]>(all: T[]) =>
      all.filter((each) => isSameListing(each, content));
    setKnown({ requests: ofThis(requests), grants: ofThis(grants) });
  };
  const load = ({ wallet }: Actor, steps: Parameters<typeof inSession>[1]) => inSession(wallet, steps, read);
  const wallet = useWallet();
  const isAwaited = known?.grants.some((each) => isStillToBeHad(each, Date.now())) ?? false;
  useLookAgain(isAwaited, { kinds: ['stream'], cid }, () => inOpenSession(wallet?.address ?? '', read));
  const show = useWalletAction({ what: `key-grants:${listing}` }, async (actor, steps) => {
    await load(actor, steps);
    return undefined;
  });
  const grant = useWalletAction({ what: `grant-keys:${listing}` }, async (actor, steps) => {
    const { wallet, chain } = actor;
    if (provider === undefined) return undefined;
    const { signTyped } = await import('../../contract/stream-host.ts');
    const expiresAtSec = endOf(period, Date.now());
    const where = { chainId: chain.chain_id, contract };
    steps.wallet();
    const typed = typedKeyGrant({ contentId: content_id, provider, expiresAtSec }, where);
    const signature = await signTyped(wallet, chain, typed);
    steps.working();
    const named = { content_id, contract, provider };
    await host.keepKeyGrant(cid, { ...named, expires_at_sec: expiresAtSec, signature });
    onGranted();
    // One signature is one: nobody is asked to sign in for a look.
    if (hasSession(wallet.address)) await load(actor, steps);
    return undefined;
  });
  return { known, show, grant };
}
