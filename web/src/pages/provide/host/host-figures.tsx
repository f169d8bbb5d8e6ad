import { useState } from 'react';
import { inSession } from '../../../api/session.ts';
import { useChain } from '../../../chain.tsx';
import { amountText } from '../../../components/amount.ts';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { useWalletAction } from '../../../contract/use-write.ts';
import { UnclaimedSums } from '../../../playback/unclaimed-sums.tsx';
import { useActsFor } from '../../../playback/use-acts-for.ts';
import { useUnclaimed } from '../../../playback/use-unclaimed.ts';
import { sizeText } from '../../../publish/progress.ts';
import { useWallet, type Wallet } from '../../../wallet/wallet.ts';
import { AskedKeys } from './asked-keys-list.tsx';
import { type ClaimBegun, claimNow, hostDisk, waitingText } from './figures.ts';
import { useInSession } from './use-in-session.ts';

const SHOW = {
  wallet: 'Sign in with your wallet: these figures are for the provider of this host, and its delegate.',
  working: 'Asking the host …',
  done: 'Shown.',
};

/** What its provider, or its delegate, is shown of this host: vouchers, with a claim at once, its disk, and the keys it has asked for. */
export function HostFigures() {
  const wallet = useWallet();
  const { contract, provider_wallet } = useChain();
  const own = useUnclaimed(useActsFor(wallet, contract, provider_wallet) ? provider_wallet : null);
  if (own === null || !wallet) return null;
  const { sums, show } = own;
  return (
    <section className="panel stack-4">
      <h2>This host</h2>
      {sums === undefined ? (
        <ActionButton action={show} labels={SHOW} look="quiet">
          Show vouchers and disk
        </ActionButton>
      ) : (
        <>
          <UnclaimedSums sums={sums} nothing="No vouchers are open: all is on chain." />
          <ClaimNow isNothing={sums.length === 0} />
          <DiskUsed wallet={wallet} />
          <AskedKeys wallet={wallet} />
        </>
      )}
    </section>
  );
}

const CLAIM = {
  wallet: 'Sign in with your wallet: the host claims for its provider, or its delegate.',
  working: 'Asking the host …',
  done: 'The host has looked.',
};

function ClaimNow({ isNothing }: { isNothing: boolean }) {
  const [begun, setBegun] = useState<ClaimBegun>();
  const claim = useWalletAction({ what: 'claim-now' }, async ({ wallet }, steps) => {
    setBegun(await inSession(wallet, steps, claimNow));
    return undefined;
  });
  return (
    <div className="stack-2">
      <ActionButton action={claim} labels={CLAIM} disabled={isNothing}>
        Claim now
      </ActionButton>
      {begun && (
        <ul className="small stack-1">
          {begun.claiming.length === 0 && <li>Nothing can be claimed now.</li>}
          {begun.claiming.map((one, nth) => (
            <li key={`${one.token} ${String(nth)}`} className="number">
              {one.vouchers} {one.vouchers === 1 ? 'voucher is' : 'vouchers are'} being claimed:{' '}
              {amountText(one.amount, one)}.
            </li>
          ))}
          {waitingText(begun) !== null && <li className="soft">{waitingText(begun)}</li>}
        </ul>
      )}
      <p className="small soft">
        The host claims by itself once a voucher is worth its gas, and before it is lost. At once, small ones
        cost more: the host’s key pays the gas.
      </p>
    </div>
  );
}

function DiskUsed({ wallet }: { wallet: Wallet }) {
  const disk = useInSession(wallet.address, hostDisk);
  if (!disk) return null;
  return (
    <dl className="facts small">
      <dt>Media kept</dt>
      <dd className="number">
        {disk.media_count} {disk.media_count === 1 ? 'file' : 'files'}, {sizeText(disk.media_bytes)}
      </dd>
      <dt>Free on the disk</dt>
      <dd className="number">{sizeText(disk.free_bytes)}</dd>
    </dl>
  );
}
