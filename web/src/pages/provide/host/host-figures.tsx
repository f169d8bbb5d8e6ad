import { useState } from 'react';
import { inSession } from '../../../api/session.ts';
import { useChain } from '../../../chain.tsx';
import { amountText } from '../../../components/amount.ts';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { useWalletAction } from '../../../contract/use-write.ts';
import { UnclaimedSums } from '../../../playback/unclaimed-sums.tsx';
import { useActsFor } from '../../../playback/use-acts-for.ts';
import { type Unclaimed, useUnclaimed } from '../../../playback/use-unclaimed.ts';
import { sizeText } from '../../../publish/progress.ts';
import { useWallet, type Wallet } from '../../../wallet/wallet.ts';
import { AskedKeys } from './asked-keys-list.tsx';
import { type ClaimBegun, claimDone, claimNow, hostDisk, waitingText } from './figures.ts';
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
          Show vouchers, keys and disk
        </ActionButton>
      ) : (
        <>
          <Vouchers sums={sums} />
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
};

/** What is open, and claiming it at once. */
function Vouchers({ sums }: { sums: Unclaimed }) {
  const [begun, setBegun] = useState<ClaimBegun>();
  const claim = useWalletAction({ what: 'claim-now' }, async ({ wallet }, steps) => {
    setBegun(await inSession(wallet, steps, claimNow));
    return undefined;
  });
  const isNothing = sums.length === 0;
  return (
    <div className="stack-2">
      <UnclaimedSums sums={sums} nothing="No vouchers are open: all is on chain." />
      <ActionButton action={claim} labels={{ ...CLAIM, done: claimDone(begun) }} disabled={isNothing}>
        Claim now
      </ActionButton>
      {begun && (
        <ul className="small stack-1">
          {begun.claiming.map((one, nth) => (
            <li key={`${one.token} ${String(nth)}`} className="number">
              {one.vouchers} {one.vouchers === 1 ? 'voucher is' : 'vouchers are'}{' '}
              {isNothing ? 'claimed' : 'being claimed'}: {amountText(one.amount, one)}.
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
  const [disk] = useInSession(wallet.address, hostDisk);
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
