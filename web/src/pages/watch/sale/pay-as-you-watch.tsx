import type { ReactNode } from 'react';
import type { Content } from '../../../api/answers.ts';
import { Button } from '../../../components/form/button.tsx';
import { Icon } from '../../../components/icon.tsx';
import type { Sale } from '../../../playback/sale/sale.ts';
import type { SaleState } from '../../../playback/sale/state.ts';
import { clock } from '../../../player/clock.ts';
import { setQuery } from '../../../router.tsx';
import { useOfferedWay } from '../picture/way.tsx';
import { baseText, costText, mostOf, openText, unitsOfAll, unitsText } from './amounts.ts';
import { DepositDialog } from './deposit-dialog.tsx';
import { limitOf, rememberLimit } from './limits.ts';
import { OtherBrowsers } from './other-browsers.tsx';
import { Spending } from './spending.tsx';
import { Stopped } from './stopped.tsx';
import { useDepositDialog } from './use-deposit-dialog.ts';

interface PayAsYouWatchProps {
  content: Content;
  /** Who sells it. */
  provider: string;
  sale: Sale;
  state: SaleState;
  /** Who else sells it. */
  other: ReactNode;
  /** Where an earlier visit has left it; 0: it begins at its start. */
  goesOnAtSec: number;
}

const UNLOCKED = 'What this wallet has paid is open here.';

/** Paying by a deposit: one confirmation for the provider, then play. */
export function PayAsYouWatch({ content, provider, sale, state, other, goesOnAtSec }: PayAsYouWatchProps) {
  const { open, ...asking } = useDepositDialog(content);
  const { hasDeposit, isLeaving, left, isUnlocked, isPaying, openUnits } = state;
  const { stopped, refused, changes, back } = state;
  // From what is asked back nothing more is paid; what is paid plays on.
  const isPaid = hasDeposit && !isLeaving;
  const goesOn = isPaid || isUnlocked;
  const canPlay = !isPaying && (goesOn || openUnits > 0);
  const units = unitsOfAll(content, sale.soldUnits);
  const limit = limitOf(content) ?? BigInt(content.price_base_units) * BigInt(units);
  // Whom a person was shown is who is paid, also after a reload.
  const stay = () => setQuery({ provider });
  const ask = () => {
    stay();
    open();
  };
  const play = () => {
    stay();
    rememberLimit(content, limit);
    sale.limitTo(limit);
    sale.agreeTo(BigInt(content.price_base_units));
    sale.pay(goesOnAtSec);
  };
  useOfferedWay(
    canPlay ? 'Play what is paid for' : goesOn || hasDeposit ? null : 'Pay to play',
    canPlay ? play : ask,
  );
  const most = baseText(content, mostOf(limit, left));
  const from = isPaid ? `From your deposit, ${most} at most for this video.` : isUnlocked ? UNLOCKED : '';
  const at = goesOnAtSec > 0 ? ` It goes on at ${clock(goesOnAtSec)}.` : '';
  return (
    <div className="stack-3">
      {canPlay && <Play note={`${from}${at}`} play={play} />}
      {!hasDeposit && (
        <Button look={canPlay ? 'quiet' : 'main'} onClick={ask}>
          <Icon name="watch" /> Pay as you watch
        </Button>
      )}
      {openUnits > 0 && <p className="small number">{openText(content, sale.soldUnits, openUnits)}</p>}
      <WholeCost content={content} sale={sale} />
      {goesOn && isPaying && !stopped && !refused && (
        <p className="line check check-good small" role="status">
          <Icon name="check" /> {isPaid ? 'Keys are paid from your deposit as you watch.' : UNLOCKED}
        </p>
      )}
      {!hasDeposit && back !== null && <IsBack content={content} amount={back} />}
      {stopped && <Stopped {...{ content, sale, stopped, other, hasDeposit }} askDeposit={ask} />}
      {hasDeposit && (
        <Spending {...{ content, sale, changes, isLeaving }} askDeposit={stopped ? undefined : ask} />
      )}
      <OtherBrowsers {...{ content, provider, sale, state, stay }} />
      <DepositDialog {...asking} {...{ content, provider, sale, hasDeposit, openUnits, goesOnAtSec }} />
    </div>
  );
}

/** @param note what is paid by it, and where it goes on */
function Play({ note, play }: { note: string; play: () => void }) {
  return (
    <>
      <Button look="main" onClick={play}>
        <Icon name="watch" /> Play
      </Button>
      {note && <p className="small soft">{note}</p>}
    </>
  );
}

/** What became of the deposit: it is in the wallet again. */
function IsBack({ content, amount }: { content: Content; amount: bigint }) {
  return (
    <p className="line check check-good small" role="status">
      <Icon name="check" /> The rest is in your wallet.
      {amount > 0n && ` ${baseText(content, amount)} came back.`}
    </p>
  );
}

/** Length and full cost, before anything is paid; under the button, which is to stand above the fold. */
function WholeCost({ content, sale: { durationSec, soldUnits } }: { content: Content; sale: Sale }) {
  const units = unitsOfAll(content, soldUnits);
  const span = content.unit === 'view' ? ' for 24 hours' : '';
  return (
    <p className="small soft number">
      {clock(durationSec)} long. All of it takes {unitsText(units, content.unit)}: {costText(content, units)}
      {span}. {content.unit === 'minute' && 'A minute once paid stays open for 24 hours.'}
    </p>
  );
}
