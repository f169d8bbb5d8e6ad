import type { ReactNode } from 'react';
import { amountText } from '../../../components/amount.ts';
import { axisEnd, type Bar, type Coin, mergedRoles, partOf, textOf } from '../sums.ts';
import { PlotFrame } from './frame.tsx';
import { ROLES } from './roles.ts';

const SHOWN = 8;

interface BarPlotProps<B extends Bar> {
  title: string;
  /** What one bar is of. */
  what: string;
  bars: readonly B[];
  coin: Coin;
  /** There are more than were read. */
  isCut: boolean;
  nameOf: (bar: B) => ReactNode;
}

/** A bar for each of a few, the most first, and one for the others. */
export function BarPlot<B extends Bar>({ title, what, bars, coin, isCut, nameOf }: BarPlotProps<B>) {
  if (bars.length === 0) return null;
  const shown = bars.slice(0, SHOWN);
  const others = bars.slice(SHOWN);
  const sumOf = (some: readonly Bar[]) => some.reduce((sum, bar) => sum + bar.amount, 0n);
  const rest = sumOf(others);
  const end = axisEnd(
    [...shown.map((bar) => bar.amount), rest].reduce((max, one) => (one > max ? one : max)),
  );
  const amount = (value: bigint) => amountText(textOf(value, coin), coin);
  return (
    <PlotFrame
      title={title}
      total={`${amount(sumOf(bars))}${isCut ? ', of the first ones' : ''}`}
      head={[what, 'Payments', 'Earned']}
      rows={bars.map((bar) => [bar.key, nameOf(bar), String(bar.payments), amount(bar.amount)])}
    >
      <ol className="stack-3">
        {shown.map((bar) => (
          <Row key={bar.key} name={nameOf(bar)} amount={amount(bar.amount)} byRole={bar.byRole} end={end} />
        ))}
        {others.length > 0 && (
          <Row
            name={`${others.length} others`}
            amount={amount(rest)}
            byRole={mergedRoles(others)}
            end={end}
          />
        )}
      </ol>
      <div className="plot-days small soft number" aria-hidden="true">
        <span>0</span>
        <span>{textOf(end, coin)}</span>
      </div>
    </PlotFrame>
  );
}

interface RowProps extends Pick<Bar, 'byRole'> {
  name: ReactNode;
  amount: string;
  end: bigint;
}

/** Its roles one beside the other, in the colours that they have by day. */
function Row({ name, amount, byRole, end }: RowProps) {
  let before = 0;
  return (
    <li>
      <span className="plot-row">
        <span className="wrap">{name}</span> <span className="number">{amount}</span>
      </span>
      <svg className="plot-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect className="plot-ground" width="100" height="1" />
        {ROLES.map(([role]) => {
          const width = partOf(byRole.get(role) ?? 0n, end) * 100;
          before += width;
          return <rect key={role} className={`plot-${role}`} x={before - width} width={width} height="1" />;
        })}
      </svg>
    </li>
  );
}
