import { type RefObject, useState } from 'react';
import type { Content } from '../../../api/answers.ts';
import { ActionButton, type ActionLabels } from '../../../components/form/action-button.tsx';
import { Dialog } from '../../../components/form/dialog.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Notice } from '../../../components/notice.tsx';
import { NATIVE } from '../../../contract/money.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import { baseText, costText, proposedUnits, unitsIn, unitsOfAll } from './amounts.ts';
import { rememberLimit } from './limits.ts';
import { type SaleAction, useSaleAction } from './use-sale-action.ts';

interface DepositDialogProps {
  dialog: RefObject<HTMLDialogElement | null>;
  content: Content;
  sale: Sale;
  hasDeposit: boolean;
  /** Where an earlier visit has left it; 0: at the start. */
  goesOnAtSec: number;
}

/** Asks how much is put aside, and what this video may cost; says before what everybody can see. */
export function DepositDialog({ dialog, content, sale, hasDeposit, goesOnAtSec }: DepositDialogProps) {
  const { unit } = content;
  const [deposit, setDeposit] = useState(String(proposedUnits(content, sale.soldUnits)));
  const [limit, setLimit] = useState(String(unitsOfAll(content, sale.soldUnits)));
  const [units, most] = [unitsIn(deposit), unitsIn(limit)];
  const price = BigInt(content.price_base_units);
  const amount = price * BigInt(units ?? 0);
  const isGood = units !== undefined && most !== undefined;

  const make = useSaleAction({
    ...{ name: 'deposit', content, amount },
    isSigned: sale.relayedFrom !== null && amount >= sale.relayedFrom,
    onDone: () => dialog.current?.close(),
    perform: (means) => sale.deposit(means, amount),
  });
  const start = () => {
    const allowed = price * BigInt(most ?? 0);
    rememberLimit(content, allowed);
    sale.limitTo(allowed);
    sale.agreeTo(price);
    // Here a person asks for it: the browser forgets the click while the wallet is open.
    sale.pay(goesOnAtSec);
    make.start();
  };
  return (
    <Dialog dialog={dialog} title={hasDeposit ? 'Put more aside' : 'A deposit for this provider'}>
      <p>
        {asked(make, content)} Then this browser pays each {unit} from the deposit as you watch, without gas
        and without asking again. What is left comes back to you whenever you ask for it.
      </p>
      <Notice tone="warm" title="What one watches is public on chain.">
        <p>Everybody can see what a wallet has paid for. The advice: a fresh wallet on each device.</p>
      </Notice>
      <Field
        label={`Deposit, in ${unit}s`}
        inputMode="numeric"
        value={deposit}
        onChange={({ target }) => setDeposit(target.value)}
        error={units === undefined ? 'A whole number, such as 60.' : undefined}
        hint={`${costText(content, units ?? 0)}. It is good for this provider's other videos, too.${fromNote(content, sale, amount)}`}
      />
      <Field
        label={`Limit for this video, in ${unit}s`}
        inputMode="numeric"
        value={limit}
        onChange={({ target }) => setLimit(target.value)}
        error={most === undefined ? 'A whole number, such as 12.' : undefined}
        hint={`${costText(content, most ?? 0)}. Beyond it nothing is paid before you have said so.`}
      />
      <ActionButton action={{ ...make, start }} labels={labelsOf(make)} disabled={!isGood}>
        Deposit {costText(content, units ?? 0)} and play
      </ActionButton>
    </Dialog>
  );
}

/** What the wallet will ask. */
function asked({ by, isRefused }: SaleAction, { token }: Content): string {
  if (by === 'signature')
    return 'Your wallet signs once, and sends nothing: this host does, and pays the gas.';
  const who = isRefused ? 'This host does not pay the gas for it, so your wallet sends it itself. ' : '';
  if (token === NATIVE) return `${who}Your wallet confirms once.`;
  return `${who}Your wallet confirms twice, what the contract may take and the deposit, and pays the gas.`;
}

/** A larger deposit may need no gas of the viewer. */
function fromNote(content: Content, { relayedFrom }: Sale, amount: bigint): string {
  if (relayedFrom === null || amount >= relayedFrom) return '';
  return ` From ${baseText(content, relayedFrom)} on this host pays the gas.`;
}

function labelsOf({ by }: SaleAction): ActionLabels {
  const done = 'The deposit is made.';
  const wallet = 'Confirm the deposit in your wallet: once, for all videos of this provider.';
  if (by === 'wallet') return { wallet, done };
  return { wallet, pending: 'Signed. The host brings the deposit in …', done };
}
