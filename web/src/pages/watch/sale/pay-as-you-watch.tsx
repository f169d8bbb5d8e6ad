import type { ReactNode } from 'react';
import type { Content } from '../../../api/answers.ts';
import { Button } from '../../../components/form/button.tsx';
import { Icon } from '../../../components/icon.tsx';
import type { Sale } from '../../../playback/sale/sale.ts';
import type { SaleState } from '../../../playback/sale/state.ts';
import { clock } from '../../../player/clock.ts';
import { setQuery } from '../../../router.tsx';
import { useOfferedWay } from '../picture/way.tsx';
import { baseText, costText, unitsOfAll, unitsText } from './amounts.ts';
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
  const { hasDeposit, isUnlocked, isPaying, stopped, refused, changes, back } = state;
  const isOpen = hasDeposit || isUnlocked;
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
    isOpen && isPaying ? null : isOpen ? 'Play what is paid for' : 'Pay to play',
    isOpen ? play : ask,
  );
  return (
    <div className="stack-3">
      {!hasDeposit && (
        <Button look="main" onClick={ask}>
          <Icon name="watch" /> Pay as you watch
        </Button>
      )}
      {isOpen && !isPaying && (
        <>
          <Button look="main" onClick={play}>
            <Icon name="watch" /> Play
          </Button>
          <p className="small soft">
            {hasDeposit ? `From your deposit, ${baseText(content, limit)} at most for this video.` : UNLOCKED}
            {goesOnAtSec > 0 && ` It goes on at ${clock(goesOnAtSec)}.`}
          </p>
        </>
      )}
      <WholeCost content={content} sale={sale} />
      {isOpen && isPaying && !stopped && !refused && (
        <p className="line check check-good small" role="status">
          <Icon name="check" /> {hasDeposit ? 'Keys are paid from your deposit as you watch.' : UNLOCKED}
        </p>
      )}
      {!hasDeposit && back !== null && <IsBack content={content} amount={back} />}
      {stopped && <Stopped {...{ content, sale, stopped, other, hasDeposit }} askDeposit={ask} />}
      {hasDeposit && <Spending {...{ content, sale, changes }} askDeposit={stopped ? undefined : ask} />}
      <OtherBrowsers {...{ content, provider, sale, state, stay }} />
      <DepositDialog {...asking} {...{ content, provider, sale, hasDeposit, goesOnAtSec }} />
    </div>
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
