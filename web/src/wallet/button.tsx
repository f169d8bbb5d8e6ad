import { Icon } from '../components/icon.tsx';
import { short } from '../lib/short.ts';
import { openWallets } from './dialog.tsx';
import { useWallet } from './wallet.ts';

/** The wallet button in the head of every view. */
export function WalletButton() {
  const wallet = useWallet();
  return (
    <button type="button" className="wallet-button line" onClick={() => openWallets()}>
      <Icon name="wallet" />
      {wallet ? (
        <>
          <span className="out-of-sight">Your wallet, </span>
          <code>{short(wallet.address)}</code>
        </>
      ) : (
        'Connect wallet'
      )}
    </button>
  );
}
