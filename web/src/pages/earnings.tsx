import { host } from '../api/host.ts';
import { useResource } from '../api/resource.ts';
import { Button } from '../components/form/button.tsx';
import { Page } from '../components/page.tsx';
import { Empty, Loading, ResourceView } from '../components/states.tsx';
import { usePlace } from '../router.tsx';
import { openWallets } from '../wallet/dialog.tsx';
import { useWallet } from '../wallet/wallet.ts';
import { Credits } from './earnings/credits.tsx';
import { earnedBy } from './earnings/earned.ts';
import { History } from './earnings/history/history.tsx';
import { Plots } from './earnings/plots.tsx';
import { coinSums } from './earnings/sums.ts';

/** What a wallet has earned and paid. */
export function EarningsPage() {
  const wallet = useWallet();
  return (
    <Page title="Earnings" lead="What the contract holds for you, and every view that you had a part in.">
      {wallet ? <Book key={wallet.address} address={wallet.address} /> : <NoBook />}
    </Page>
  );
}

function Book({ address }: { address: string }) {
  const { query } = usePlace();
  const earnings = useResource(host.earnings(address));
  const { data: earned } = useResource(earnedBy(address));
  return (
    <ResourceView resource={earnings} loading={<Loading lines={8} />}>
      {({ by_coin, by_day }) => {
        const coins = coinSums(by_coin).map(({ coin }) => coin);
        const token = query.get('coin') ?? '';
        return (
          <div className="stack-6">
            <div className={by_day.length > 0 ? 'sums' : undefined}>
              <Credits coins={by_coin} />
              {by_day.length > 0 && <Plots days={by_day} earned={earned} coins={coins} token={token} />}
            </div>
            <History address={address} days={by_day} coins={coins} earned={earned} />
          </div>
        );
      }}
    </ResourceView>
  );
}

function NoBook() {
  return (
    <Empty title="Connect a wallet to see what it has earned.">
      <Button onClick={() => openWallets()}>Connect wallet</Button>
    </Empty>
  );
}
