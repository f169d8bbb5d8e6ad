import { useState } from 'react';
import { useResource } from '../api/resource.ts';
import { useChain } from '../chain.tsx';
import { Button } from '../components/form/button.tsx';
import { Hash } from '../components/hash.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import { toDecimal } from '../contract/money.ts';
import { chainName, explorerUrl } from './chains.ts';
import { requireNetwork } from './network.ts';
import { disconnect, type Wallet } from './wallet.ts';

/** The wallet's facts, and the button to leave it. */
export function ConnectedWallet({ wallet }: { wallet: Wallet }) {
  const chain = useChain();
  const balance = useResource({
    key: `balance ${wallet.address} ${wallet.chainId}`,
    async load() {
      const { nativeBalance } = await import('../contract/stream-host.ts');
      return await nativeBalance(wallet, { ...chain, chain_id: wallet.chainId });
    },
    on: { kinds: ['view'], wallet: wallet.address },
  });
  const explorer = explorerUrl(wallet.chainId, 'address', wallet.address);
  return (
    <div className="stack-4">
      <dl className="facts">
        <dt>Wallet</dt>
        <dd>{wallet.name}</dd>
        <dt>Address</dt>
        <dd>
          <Hash text={wallet.address} head={10} tail={8} />
        </dd>
        <dt>Network</dt>
        <dd>{chainName(wallet.chainId)}</dd>
        <dt>Balance</dt>
        <dd className="number">
          {balance.data === undefined ? '…' : `${shortened(toDecimal(balance.data))} ETH`}
        </dd>
      </dl>
      {wallet.chainId !== chain.chain_id && <WrongNetworkNote wallet={wallet} />}
      <div className="row">
        {explorer && (
          <a className="button button-quiet" href={explorer} target="_blank" rel="noreferrer">
            Block explorer
          </a>
        )}
        <Button look="quiet" onClick={disconnect}>
          Use another wallet
        </Button>
      </div>
    </div>
  );
}

/** Shown in every view while the wallet is on another chain than the host. */
export function WrongNetworkNote({ wallet }: { wallet: Wallet }) {
  const chain = useChain();
  const [error, setError] = useState<unknown>();
  const change = () => {
    setError(undefined);
    requireNetwork(wallet.provider, chain).catch(setError);
  };
  return (
    <div className="notice notice-warm">
      <div className="stack-1">
        <p className="notice-title">
          Your wallet is on {chainName(wallet.chainId)}; this host works on {chainName(chain.chain_id)}.
        </p>
        <Button onClick={change}>Switch to {chainName(chain.chain_id)}</Button>
        {error !== undefined && <ErrorNotice error={error} />}
      </div>
    </div>
  );
}

/** A balance with five decimal places. */
function shortened(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  return fraction === '' ? whole : `${whole}.${fraction.slice(0, 5)}`;
}
