import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Content } from '../../../api/answers.ts';
import { createStore, useStore } from '../../../lib/store.ts';
import { openWallets } from '../../../wallet/dialog.tsx';
import { useWallet } from '../../../wallet/wallet.ts';

/** The video whose deposit comes next, once its viewer has chosen a wallet: the views are made anew for that wallet. */
const next = createStore<string | null>(null);

/** Opens the window that asks for a deposit; without a wallet, after the one in which a wallet is chosen. */
export function useDepositDialog({ content_id }: Content): {
  dialog: RefObject<HTMLDialogElement | null>;
  isOpen: boolean;
  open: () => void;
  onClose: () => void;
} {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const wallet = useWallet();
  const isNext = useStore(next) === content_id && wallet !== null;
  useEffect(() => {
    if (!isNext) return;
    next.set(null);
    setOpen(true);
    dialog.current?.showModal();
  }, [isNext]);
  const open = () => {
    if (!wallet) return openWallets(() => next.set(content_id));
    setOpen(true);
    dialog.current?.showModal();
  };
  return { dialog, isOpen, open, onClose: () => setOpen(false) };
}
