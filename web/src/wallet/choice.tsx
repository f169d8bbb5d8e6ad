import { useState } from 'react';
import { useResource } from '../api/resource.ts';
import { useChain } from '../chain.tsx';
import { Icon } from '../components/icon.tsx';
import { ErrorNotice, Notice } from '../components/notice.tsx';
import { Empty, ResourceView } from '../components/states.tsx';
import { short } from '../lib/short.ts';
import { useStore } from '../lib/store.ts';
import { announcedWallets } from './discover.ts';
import { testWallets } from './test-wallets.ts';
import { connect, connectTest } from './wallet.ts';

type Choose = (connecting: Promise<void>) => void;

/** The wallets in this browser and, on the development chain, its test wallets. */
export function WalletChoice({ onChosen }: { onChosen: () => void }) {
  const { rpc_url } = useChain();
  const [error, setError] = useState<unknown>();
  const choose: Choose = (connecting) => {
    setError(undefined);
    connecting.then(onChosen, setError);
  };
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} />}
      {rpc_url !== null && <TestWallets rpcUrl={rpc_url} choose={choose} />}
      <Extensions choose={choose} />
    </>
  );
}

function Extensions({ choose }: { choose: Choose }) {
  const found = useStore(announcedWallets);
  return (
    <section className="stack-2">
      <h3>In this browser</h3>
      {found.length === 0 && (
        <Empty title="No wallet found">
          <p>Install one, such as MetaMask or Rabby, and reload the page.</p>
        </Empty>
      )}
      <ul className="stack-2">
        {found.map((wallet) => (
          <li key={wallet.id}>
            <button type="button" className="choice" onClick={() => choose(connect(wallet))}>
              {wallet.icon ? <img src={wallet.icon} alt="" width="28" height="28" /> : <Icon name="wallet" />}
              {wallet.name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Those that the guides name. */
const SHOWN_FIRST = 6;

function TestWallets({ rpcUrl, choose }: { rpcUrl: string; choose: Choose }) {
  const [all, setAll] = useState(false);
  const wallets = useResource({
    key: `test wallets ${rpcUrl}`,
    load: () => testWallets(rpcUrl),
    on: { kinds: [] },
  });
  return (
    <section className="stack-2">
      <h3>Test wallets</h3>
      <Notice tone="warm" title="Public test keys">
        <p>Everybody knows them: for this development chain only, never for real money.</p>
      </Notice>
      <ResourceView resource={wallets}>
        {(found) => (
          <ul className="stack-2">
            {(all ? found : found.slice(0, SHOWN_FIRST)).map(({ address, name }) => (
              <li key={address}>
                <button
                  type="button"
                  className="choice"
                  onClick={() => choose(connectTest(rpcUrl, address, name))}
                >
                  <Icon name="wallet" /> {name} <code>{short(address)}</code>
                </button>
              </li>
            ))}
            {!all && found.length > SHOWN_FIRST && (
              <li>
                <button type="button" className="choice choice-more" onClick={() => setAll(true)}>
                  Show all {found.length}
                </button>
              </li>
            )}
          </ul>
        )}
      </ResourceView>
    </section>
  );
}
