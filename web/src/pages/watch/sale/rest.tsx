import { useEffect, useEffectEvent, useState } from 'react';
import type { Balance } from '../../../../../client/index.ts';
import type { Content } from '../../../api/answers.ts';
import { ActionButton, type ActionLabels } from '../../../components/form/action-button.tsx';
import { Time } from '../../../components/time.tsx';
import type { Means } from '../../../playback/sale/deposits.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import { takeText } from './amounts.ts';
import { type SaleAction, useSaleAction } from './use-sale-action.ts';

interface RestProps {
  content: Content;
  sale: Sale;
  balance: Pick<Balance, 'deposit' | 'left' | 'withdrawableAtSec'>;
  /** Where it is not the deposit of this browser. */
  otherId?: string;
  /** Of the button that asks for it. */
  label: string;
  leave: (means: Means) => Promise<unknown>;
  collect: (means: Means) => Promise<unknown>;
  again: () => void;
}

/** The rest is asked for by one button, and by another it is taken once the delay is over. */
export function Rest({ content, sale, otherId, label, again, ...rest }: RestProps) {
  const { left, withdrawableAtSec } = rest.balance;
  const on = { content, isSigned: sale.relayedFrom !== null, onDone: again };
  const id = otherId ? `:${otherId}` : '';
  const leave = useSaleAction({ ...on, name: `leave${id}`, perform: rest.leave });
  const collect = useSaleAction({ ...on, name: `collect${id}`, perform: rest.collect });
  const isDue = useIsDue(rest.balance, again);
  if (withdrawableAtSec === null) {
    if (left === 0n) return null;
    return (
      <>
        <ActionButton action={leave} labels={leavingOf(leave)} look="quiet">
          {label}
        </ActionButton>
        <ByWallet action={leave} />
        <p className="small soft">
          It takes two steps: you ask for it, and take it once the provider has had its time to claim what is
          due.
        </p>
      </>
    );
  }
  return (
    <>
      <p className="small soft">
        The rest is asked for, and nothing more is bought.{' '}
        {isDue ? (
          'It can be taken now.'
        ) : (
          <>
            It can be taken <Time iso={new Date(withdrawableAtSec * 1000).toISOString()} />: the button for it
            comes by itself.
          </>
        )}
      </p>
      {isDue && (
        <>
          <ActionButton action={collect} labels={collectingOf(collect)} look="quiet">
            {takeText(content, rest.balance)}
          </ActionButton>
          <ByWallet action={collect} />
        </>
      )}
    </>
  );
}

/** Whether the balance is of a time when it can be taken: the provider may have claimed until then, so it is read again. */
function useIsDue(balance: RestProps['balance'], again: () => void): boolean {
  const [isDue, setDue] = useState(false);
  const readAgain = useEffectEvent(again);
  useEffect(() => {
    const leftMs = (balance.withdrawableAtSec ?? Number.POSITIVE_INFINITY) * 1000 - Date.now();
    setDue(leftMs <= 0);
    if (leftMs <= 0 || balance.withdrawableAtSec === null) return;
    const timer = setTimeout(readAgain, Math.min(leftMs, LONGEST_MS));
    return () => clearTimeout(timer);
  }, [balance]);
  return isDue;
}

/** Timers take no longer. */
const LONGEST_MS = 2 ** 31 - 1;

/** Said where the host has refused to pay the gas. */
function ByWallet({ action: { isRefused, busy } }: { action: SaleAction }) {
  if (!isRefused || busy) return null;
  return <p className="small soft">Press it again, and your wallet sends it itself: that takes gas.</p>;
}

function leavingOf({ by }: SaleAction): ActionLabels {
  const done = 'Asked for. The provider takes what is due, then the rest is yours.';
  return by === 'wallet' ? { done } : { done, pending: 'Signed. The host asks for it …' };
}

function collectingOf({ by }: SaleAction): ActionLabels {
  const done = 'The rest is in your wallet.';
  return by === 'wallet' ? { done } : { done, wallet: 'The host brings it back: nothing is to be signed.' };
}
