import { useEffect, useRef } from 'react';
import { Dialog } from '../components/form/dialog.tsx';
import { WalletChoice } from './choice.tsx';
import { ConnectedWallet } from './connected.tsx';
import { useWallet } from './wallet.ts';

const OPEN = 'page:wallets';

/** Opens the window in which a person chooses a wallet. */
export function openWallets(): void {
  dispatchEvent(new Event(OPEN));
}

export function WalletDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const wallet = useWallet();
  useEffect(() => {
    const open = () => dialog.current?.showModal();
    addEventListener(OPEN, open);
    return () => removeEventListener(OPEN, open);
  }, []);
  const close = () => dialog.current?.close();
  return (
    <Dialog dialog={dialog} title={wallet ? 'Your wallet' : 'Choose a wallet'}>
      {wallet ? <ConnectedWallet wallet={wallet} /> : <WalletChoice onChosen={close} />}
    </Dialog>
  );
}
