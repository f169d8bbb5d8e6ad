import type { RefObject } from 'react';
import type { Content } from '../../../api/answers.ts';
import { useResource } from '../../../api/resource.ts';
import { ActionButton, type ActionLabels } from '../../../components/form/action-button.tsx';
import { Button } from '../../../components/form/button.tsx';
import { Dialog } from '../../../components/form/dialog.tsx';
import { Field } from '../../../components/form/field.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Loading } from '../../../components/states.tsx';
import { NATIVE } from '../../../contract/money.ts';
import { short } from '../../../lib/short.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import { baseText, costText, type Standing } from './amounts.ts';
import { heldText, useHeld } from './held.tsx';
import { rememberLimit } from './limits.ts';
import { useDepositFields } from './use-deposit-fields.ts';
import { type SaleAction, useSaleAction } from './use-sale-action.ts';

interface DepositProps {
  dialog: RefObject<HTMLDialogElement | null>;
  content: Content;
  /** Whom it is for. */
  provider: string;
  sale: Sale;
  hasDeposit: boolean;
  /** Units of the video that are open. */
  openUnits: number;
  /** Where an earlier visit has left it; 0: at the start. */
  goesOnAtSec: number;
}

interface DepositDialogProps extends DepositProps {
  isOpen: boolean;
  onClose: () => void;
}

const BACK_AT_ONCE = 'What is left comes back to you whenever you ask for it.';
const BACK_LATER =
  'What is left comes back to you in two steps: you ask for it, and take it once the provider has had its time to claim what is due.';

/** Asks how much is put aside, and what this video may cost; each time anew. */
export function DepositDialog({ isOpen, onClose, ...props }: DepositDialogProps) {
  const title = props.hasDeposit ? 'Put more aside' : 'A deposit for this provider';
  return (
    <Dialog dialog={props.dialog} title={title} onClose={onClose}>
      {isOpen && (props.hasDeposit ? <MoreForm {...props} /> : <DepositForm {...props} standing={null} />)}
    </Dialog>
  );
}

/** Looks first what is left, and of this video to be paid yet. */
function MoreForm(props: DepositProps) {
  const { sale } = props;
  const { contract, content_id } = props.content;
  const { data, problem } = useResource({
    key: `standing ${contract} ${content_id}`,
    async load() {
      const [balance, unitsLeft] = await Promise.all([sale.balance(), sale.unitsLeft()]);
      return balance && { ...balance, unitsLeft };
    },
    on: { kinds: [] },
  });
  if (data === undefined && problem === undefined) return <Loading lines={4} />;
  return <DepositForm {...props} standing={data ?? null} />;
}

interface FormProps extends DepositProps {
  /** `null`: there is no deposit, or nobody says what is in it. */
  standing: Standing | null;
}

/** Says before what everybody can see. */
function DepositForm({ dialog, content, provider, sale, standing, openUnits, goesOnAtSec }: FormProps) {
  const { unit } = content;
  const held = useHeld(content);
  const fields = useDepositFields(content, sale, { standing, openUnits, held });
  const { deposit, limit, units, most, times, isSure, makeSure } = fields;
  const price = BigInt(content.price_base_units);
  const amount = price * BigInt(units ?? 0);
  const isGood = units !== undefined && most !== undefined && !deposit.error && !limit.error;
  const words = `eposit ${costText(content, units ?? 0)} and play`;

  const make = useSaleAction({
    ...{ name: 'deposit', content, amount },
    isSigned: sale.relayedFrom !== null && amount >= sale.relayedFrom,
    onDone: () => dialog.current?.close(),
    perform: (means) => sale.deposit(means, amount),
  });
  // The window closes with it: what stands here of one that is made was made before.
  const state = make.state.step === 'done' ? { step: 'idle' as const } : make.state;
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
    <>
      <p>
        It is for {short(provider)} alone. {held !== undefined && `${heldText(content, held)}. `}
        {asked(make, content)} Then this browser pays each {unit} from the deposit as you watch, without gas
        and without asking again. {sale.isReleased ? BACK_AT_ONCE : BACK_LATER}
      </p>
      <Notice tone="warm" title="What one watches is public on chain.">
        <p>Everybody can see what a wallet has paid for. The advice: a fresh wallet on each device.</p>
      </Notice>
      <Field
        {...deposit}
        label={`Deposit, in ${unit}s`}
        hint={`${costText(content, units ?? 0)}. It is good for this provider's other videos, too.${fromNote(content, sale, amount)}`}
      />
      <Field
        {...limit}
        label={`Limit for this video, in ${unit}s`}
        hint={`${costText(content, most ?? 0)}. Beyond it nothing is paid before you have said so.`}
      />
      {times !== null && isSure && isGood && <ManyTimes times={times} />}
      {times === null || isSure ? (
        <ActionButton action={{ ...make, state, start }} labels={labelsOf(make)} disabled={!isGood}>
          {times === null ? `D${words}` : `Yes, d${words}`}
        </ActionButton>
      ) : (
        <Button look="main" disabled={!isGood} onClick={makeSure}>
          D{words}
        </Button>
      )}
    </>
  );
}

/** Asks back: a person may have meant another number. */
function ManyTimes({ times }: { times: number }) {
  return (
    <Notice tone="warm" title={`That is ${times} times what all of this video costs.`} announce>
      <p>Nothing is sent yet. What you do not watch with this provider comes back when you ask for it.</p>
    </Notice>
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
