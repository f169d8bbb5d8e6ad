import { type ReactNode, type RefObject, useEffect, useId } from 'react';
import { Icon } from '../icon.tsx';

interface DialogProps {
  dialog: RefObject<HTMLDialogElement | null>;
  title: string;
  onClose?: (() => void) | undefined;
  children: ReactNode;
}

/** A window above the page; the browser keeps the keyboard inside it and closes it on Escape. */
export function Dialog({ dialog, title, onClose, children }: DialogProps) {
  const id = useId();
  useEffect(() => {
    const open = dialog.current;
    const onClick = (event: MouseEvent) => {
      if (event.target === open) open?.close();
    };
    open?.addEventListener('click', onClick);
    return () => open?.removeEventListener('click', onClick);
  }, [dialog]);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={onClose}>
      <div className="dialog-body stack-4">
        <header className="dialog-head line">
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            className="icon-button"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
