import { lazy, Suspense } from 'react';
import { useChain } from '../../../chain.tsx';
import { useWallet } from '../../../wallet/wallet.ts';
import { isServedBy, type OfListing } from './command.ts';

const ServeThis = lazy(async () => ({ default: (await import('./serve-this.tsx')).ServeThis }));

/** For who runs this host, on a listing that it does not serve. Viewers without a wallet load nothing of it. */
export function ForOperator(listing: OfListing) {
  const { provider_wallet } = useChain();
  const wallet = useWallet();
  const { content, streams } = listing;
  if (!wallet || !provider_wallet || content.retired) return null;
  if (isServedBy(provider_wallet, streams, content)) return null;
  return (
    <Suspense fallback={null}>
      <ServeThis {...listing} {...{ wallet }} provider={provider_wallet} />
    </Suspense>
  );
}
