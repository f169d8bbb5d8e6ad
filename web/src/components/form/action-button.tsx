import { type ReactNode, useId } from 'react';
import type { Action } from '../../contract/action.ts';
import { openWallets } from '../../wallet/dialog.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { TransactionLink } from '../hash.tsx';
import { Icon } from '../icon.tsx';
import { Fault } from '../notice.tsx';
import { Button, type ButtonLook } from './button.tsx';

/** What a person reads while the action is under way. */
export interface ActionWords {
  working?: string;
  wallet: string;
  pending: string;
  done: string;
}

/** Starts an action of the wallet, and shows how far it is. Without a wallet it offers to connect one. */
export function ActionButton({
  action,
  words,
  look = 'main',
  disabled = false,
  children,
}: {
  action: Action;
  words: ActionWords;
  look?: ButtonLook;
  disabled?: boolean;
  children: ReactNode;
}) {
  const wallet = useWallet();
  const status = useId();
  if (!wallet) {
    return (
      <Button look={look} onClick={openWallets}>
        <Icon name="wallet" /> Connect a wallet first
      </Button>
    );
  }
  return (
    <div className="action">
      <Button
        look={look}
        busy={action.busy}
        disabled={disabled || action.busy}
        onClick={action.start}
        aria-describedby={status}
      >
        {children}
      </Button>
      <ActionStatus id={status} action={action} words={words} />
    </div>
  );
}

function ActionStatus({ id, action: { state }, words }: { id: string; action: Action; words: ActionWords }) {
  return (
    <div id={id} className={`action-status action-${state.step}`} role="status" data-step={state.step}>
      {state.step === 'working' && <p>{words.working}</p>}
      {state.step === 'wallet' && <p>{words.wallet}</p>}
      {state.step === 'pending' && (
        <p>
          {words.pending} {state.hash && <TransactionLink hash={state.hash} />}
        </p>
      )}
      {state.step === 'done' && (
        <p>
          <Icon name="check" /> {words.done} {state.hash && <TransactionLink hash={state.hash} />}
        </p>
      )}
      {state.step === 'failed' && <Fault error={state.error} />}
    </div>
  );
}
