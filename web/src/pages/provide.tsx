import { Page } from '../components/page.tsx';
import { useWallet } from '../wallet/wallet.ts';
import { HostFigures } from './provide/host/host-figures.tsx';
import { LeavingViewers } from './provide/leaving.tsx';
import { OwnStreams } from './provide/own-streams.tsx';
import { Register } from './provide/register.tsx';

/** A provider's view: says on chain which videos one serves, and where. */
export function Provide() {
  const wallet = useWallet();
  return (
    <Page
      title="Provide"
      lead="Serve a video at an address of yours: viewers who choose you pay you your share of what they watch."
    >
      <div className="columns">
        <div className="stack-5">
          <Register />
          <HostFigures key={wallet?.address} />
          {wallet && <LeavingViewers address={wallet.address} />}
        </div>
        <OwnStreams />
      </div>
    </Page>
  );
}
