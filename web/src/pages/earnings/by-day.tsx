import type { CSSProperties } from 'react';
import type { Earnings } from '../../api/answers.ts';
import { daysByCoin } from './days.ts';

/** A bar for each day with earnings; read out as a list. */
export function ByDay({ days }: { days: Earnings['by_day'] }) {
  const coins = daysByCoin(days);
  if (coins.length === 0) return null;
  return (
    <section className="panel stack-3">
      <h2>By day</h2>
      {coins.map(({ symbol, days: shown }) => (
        <ol key={symbol} className="bars">
          {shown.map(({ day, amount, percent }) => (
            <li key={day} style={{ '--percent': percent } as CSSProperties}>
              <span className="bar" aria-hidden="true" />
              <span className="small soft number">{day.slice(5)}</span>
              <span className="small number">
                {amount} {symbol}
              </span>
            </li>
          ))}
        </ol>
      ))}
    </section>
  );
}
