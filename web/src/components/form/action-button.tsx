import { type ReactNode, useId } from 'react';
import type { Action } from '../../contract/action.ts';
import { openWallets } from '../../wallet/dialog.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { TransactionLink } from '../hash.tsx';
import { Icon } from '../icon.tsx';
import { ErrorNotice } from '../notice.tsx';
import { Button, type ButtonLook } from './button.tsx';

/** What a person reads while the action is under way. */
export interface ActionLabels {
  working?: string;
  wallet?: string;
  pending?: string;
  done: string;
}

const LABELS = {
  working: 'Uploading …',
  wallet: 'Confirm in your wallet.',
  pending: 'Sent. Waiting for the block that holds it …',
};

interface ActionButtonProps {
  action: Action;
  labels: ActionLabels;
  look?: ButtonLook;
  disabled?: boolean;
  children: ReactNode;
}

/** Starts an action of the wallet, and shows how far it is. Without a wallet it offers to connect one. */
export function ActionButton({ action, labels, look = 'main', disabled, children }: ActionButtonProps) {
  const wallet = useWallet();
  const status = useId();
  if (!wallet) {
    return (
      <Button look={look} onClick={() => openWallets()}>
        <Icon name="wallet" /> Connect a wallet first
      </Button>
    );
  }
  return (
    <div className="action stack-2">
      <Button
        look={look}
        busy={action.busy}
        disabled={disabled || action.busy}
        onClick={action.start}
        aria-describedby={status}
      >
        {children}
      </Button>
      <ActionStatus id={status} action={action} labels={{ ...LABELS, ...labels }} />
    </div>
  );
}

interface ActionStatusProps {
  id: string;
  action: Action;
  labels: Required<ActionLabels>;
}

function ActionStatus({ id, action: { state }, labels }: ActionStatusProps) {
  return (
    <div id={id} className={`action-status action-${state.step}`} role="status" data-step={state.step}>
      {state.step === 'working' && <p>{labels.working}</p>}
      {state.step === 'wallet' && <p>{labels.wallet}</p>}
      {state.step === 'pending' && (
        <p>
          {labels.pending} {state.hash && <TransactionLink hash={state.hash} />}
        </p>
      )}
      {state.step === 'done' && (
        <p>
          <Icon name="check" />
          <span>
            {labels.done} {state.hash && <TransactionLink hash={state.hash} />}
          </span>
        </p>
      )}
      {state.step === 'failed' && <ErrorNotice error={state.error} />}
    </div>
  );
}
