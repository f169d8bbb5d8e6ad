import { useId } from 'react';
import { amountText } from '../../../components/amount.ts';
import { axisEnd, type Coin, type Day, partOf, textOf } from '../sums.ts';
import { PlotFrame } from './frame.tsx';
import { ROLES } from './roles.ts';

/** The drawing's own units, stretched to the place there is: text stands beside it, and keeps its size. */
const [WIDTH, HEIGHT, GAP] = [300, 100, 2];

/** A bar for each of the last days, its roles one on the other. */
export function DayPlot({ days, coin }: { days: readonly Day[]; coin: Coin }) {
  const total = days.reduce((sum, day) => sum + day.total, 0n);
  const most = days.reduce((max, day) => (day.total > max ? day.total : max), 0n);
  const end = axisEnd(most);
  const shown = ROLES.filter(([role]) => days.some(({ byRole }) => byRole.has(role)));
  const earned = days.filter((day) => day.total > 0n);
  const amount = (value: bigint) => amountText(textOf(value, coin), coin);
  return (
    <PlotFrame
      title="By day"
      total={`${amount(total)} in ${days.length} days`}
      head={['Day', ...shown.map(([, name]) => name), 'Together']}
      rows={earned
        .toReversed()
        .map(({ day, byRole, total: sum }) => [
          day,
          day,
          ...shown.map(([role]) => amount(byRole.get(role) ?? 0n)),
          amount(sum),
        ])}
    >
      <div className="plot">
        <div className="plot-axis small soft number" aria-hidden="true">
          <span>{textOf(end, coin)}</span>
          <span>0</span>
        </div>
        <Drawing
          days={days}
          end={end}
          text={`${amount(total)} on ${earned.length} days, at most ${amount(most)} on one`}
        />
        <div className="plot-days small soft number" aria-hidden="true">
          <span>{days[0]?.day}</span>
          <span>{days.at(-1)?.day}</span>
        </div>
      </div>
      <ul className="plot-legend small soft">
        {shown.map(([role, name]) => (
          <li key={role} className={`plot-key plot-${role}`}>
            {name}
          </li>
        ))}
      </ul>
    </PlotFrame>
  );
}

function Drawing({ days, end, text }: { days: readonly Day[]; end: bigint; text: string }) {
  const id = useId();
  const step = WIDTH / days.length;
  return (
    <svg
      className="plot-drawing"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-labelledby={`${id}-title ${id}-desc`}
    >
      <title id={`${id}-title`}>Earnings by day</title>
      <desc id={`${id}-desc`}>{text}</desc>
      {[0, 0.5, 1].map((part) => (
        <line key={part} className="plot-line" x1="0" x2={WIDTH} y1={part * HEIGHT} y2={part * HEIGHT} />
      ))}
      {days.flatMap(({ day, byRole }, nth) => {
        let below = 0;
        return ROLES.flatMap(([role]) => {
          const height = partOf(byRole.get(role) ?? 0n, end) * HEIGHT;
          if (height === 0) return [];
          below += height;
          return (
            <rect
              key={`${day} ${role}`}
              className={`plot-${role}`}
              x={nth * step + GAP / 2}
              y={HEIGHT - below}
              width={step - GAP}
              height={height}
            />
          );
        });
      })}
    </svg>
  );
}
