import { useEffect, useRef, useState } from 'react';
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
  // What stands in it asks for wallets and balances: not before somebody wants to see them.
  const [openings, setOpenings] = useState(0);
  useEffect(() => {
    if (openings > 0) dialog.current?.showModal();
  }, [openings]);
  useEffect(() => {
    const open = (event: Event) => {
      next.current = (event as CustomEvent<(() => void) | undefined>).detail;
      setOpenings((count) => count + 1);
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
      {openings > 0 && (wallet ? <ConnectedWallet wallet={wallet} /> : <WalletChoice onChosen={close} />)}
    </Dialog>
  );
}
