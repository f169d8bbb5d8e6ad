import { useEffect, useRef } from 'react';
import { Dialog } from '../components/form/dialog.tsx';
import { WalletChoice } from './choice.tsx';
import { ConnectedWallet } from './connected.tsx';
import { useWallet } from './wallet.ts';

const OPEN = 'page:wallets';

/** Opens the window in which a person chooses a wallet. @param onChosen where that is a step to something else */
export function openWallets(onChosen?: () => void): void {
  dispatchEvent(new CustomEvent(OPEN, { detail: onChosen }));
}

export function WalletDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const next = useRef<() => void>(undefined);
  const wallet = useWallet();
  useEffect(() => {
    const open = (event: Event) => {
      next.current = (event as CustomEvent<(() => void) | undefined>).detail;
      dialog.current?.showModal();
    };
    addEventListener(OPEN, open);
    return () => removeEventListener(OPEN, open);
  }, []);
  const close = () => {
    // Who has closed the window meanwhile has thought better of it.
    const isOpen = dialog.current?.open;
    dialog.current?.close();
    if (isOpen) next.current?.();
  };
  return (
    <Dialog dialog={dialog} title={wallet ? 'Your wallet' : 'Choose a wallet'}>
      {wallet ? <ConnectedWallet wallet={wallet} /> : <WalletChoice onChosen={close} />}
    </Dialog>
  );
}
