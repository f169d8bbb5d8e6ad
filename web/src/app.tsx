import { useEffect } from 'react';
import { host } from './api/host.ts';
import { follow } from './api/live.ts';
import { useResource } from './api/resource.ts';
import { ChainProvider, useChain } from './chain.tsx';
import { ResourceView } from './components/states.tsx';
import { ConnectionNotice, Footer, Head } from './layout.tsx';
import { View } from './views.tsx';
import { WrongNetworkNote } from './wallet/connected.tsx';
import { WalletDialog } from './wallet/dialog.tsx';
import { reconnect, useWallet } from './wallet/wallet.ts';

export function App() {
  const chain = useResource(host.chain);
  useEffect(() => {
    const leaving = new AbortController();
    follow(leaving.signal);
    return () => leaving.abort();
  }, []);
  return (
    <ResourceView resource={chain} loading={<main className="page stack-5" aria-busy="true" />}>
      {(facts) => (
        <ChainProvider value={facts}>
          <Layout />
        </ChainProvider>
      )}
    </ResourceView>
  );
}

function Layout() {
  const chain = useChain();
  const wallet = useWallet();
  useEffect(() => void reconnect(chain.rpc_url).catch(() => undefined), [chain.rpc_url]);
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Head />
      <main className="page stack-5" id="main">
        <ConnectionNotice />
        {wallet && wallet.chainId !== chain.chain_id && <WrongNetworkNote wallet={wallet} />}
        <View />
      </main>
      <Footer />
      <WalletDialog />
    </>
  );
}
