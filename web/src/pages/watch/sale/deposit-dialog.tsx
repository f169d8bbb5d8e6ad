import { type RefObject, useState } from 'react';
import type { Content } from '../../../api/answers.ts';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { Dialog } from '../../../components/form/dialog.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Notice } from '../../../components/notice.tsx';
import type { Sale } from '../../../playback/sale/sale.ts';
import { costText, proposedUnits, unitsIn, unitsOfAll } from './amounts.ts';
import { rememberLimit } from './limits.ts';
import { useSignerAction } from './use-signer-action.ts';

interface DepositDialogProps {
  dialog: RefObject<HTMLDialogElement | null>;
  content: Content;
  sale: Sale;
  hasDeposit: boolean;
}

const LABELS = {
  wallet: 'Confirm the deposit in your wallet: once, for all videos of this provider.',
  done: 'The deposit is made.',
};

/** Asks how much is put aside, and what this video may cost; says before what everybody can see. */
export function DepositDialog({ dialog, content, sale, hasDeposit }: DepositDialogProps) {
  const { unit } = content;
  const [deposit, setDeposit] = useState(String(proposedUnits(content, sale.soldUnits)));
  const [limit, setLimit] = useState(String(unitsOfAll(content, sale.soldUnits)));
  const [units, most] = [unitsIn(deposit), unitsIn(limit)];
  const price = BigInt(content.price_base_units);
  const isGood = units !== undefined && most !== undefined;

  const close = () => dialog.current?.close();
  const make = useSignerAction('deposit', content, close, (signer) =>
    sale.deposit(signer, price * BigInt(units ?? 0)),
  );
  const start = () => {
    const allowed = price * BigInt(most ?? 0);
    rememberLimit(content, allowed);
    sale.limitTo(allowed);
    // Here a person asks for it: the browser forgets the click while the wallet is open.
    sale.pay();
    make.start();
  };
  return (
    <Dialog dialog={dialog} title={hasDeposit ? 'Put more aside' : 'A deposit for this provider'}>
      <p>
        Your wallet confirms once. Then this browser pays each {unit} from the deposit as you watch, without
        gas and without asking again. What is left comes back to you whenever you ask for it.
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
        hint={`${costText(content, units ?? 0)}. It is good for this provider's other videos, too.`}
      />
      <Field
        label={`Limit for this video, in ${unit}s`}
        inputMode="numeric"
        value={limit}
        onChange={({ target }) => setLimit(target.value)}
        error={most === undefined ? 'A whole number, such as 12.' : undefined}
        hint={`${costText(content, most ?? 0)}. Beyond it nothing is paid before you have said so.`}
      />
      <ActionButton action={{ ...make, start }} labels={LABELS} disabled={!isGood}>
        Deposit {costText(content, units ?? 0)} and play
      </ActionButton>
    </Dialog>
  );
}
