import { type CSSProperties, useId } from 'react';
import type { Unit } from '../../api/answers.ts';
import { split, toBaseUnits, toDecimal } from '../../contract/money.ts';
import { bpsOfProvider } from './bps.ts';
import { type DraftCoin, nameOf } from './coin.ts';

interface SplitSliderProps {
  creatorShare: number;
  price: string;
  unit: Unit;
  coin: DraftCoin;
  onChange: (creatorShare: number) => void;
  error?: string | undefined;
}

/** How much of each payment is whose, and what that is of this price. */
export function SplitSlider({ creatorShare, price, unit, coin, onChange, error }: SplitSliderProps) {
  const id = useId();
  const { decimals } = coin;
  const parts = split(toBaseUnits(price, decimals) ?? 0n, bpsOfProvider(creatorShare));
  const providerShare = bpsOfProvider(creatorShare) / 100;
  const words = `${creatorShare} % to you, ${providerShare} % to the provider`;
  return (
    <div className="field stack-1">
      <label htmlFor={id}>How each payment is split</label>
      <input
        id={id}
        type="range"
        min="0"
        max="100"
        value={creatorShare}
        aria-valuetext={words}
        style={{ '--part': `${creatorShare}%` } as CSSProperties}
        onChange={({ target }) => onChange(Number(target.value))}
      />
      <dl className="split number">
        <div>
          <dt>You, the creator</dt>
          <dd>
            {creatorShare} %{' '}
            <span className="soft">
              · {toDecimal(parts.creator, decimals)} {nameOf(coin)}
            </span>
          </dd>
        </div>
        <div>
          <dt>The provider</dt>
          <dd>
            {providerShare} %{' '}
            <span className="soft">
              · {toDecimal(parts.provider, decimals)} {nameOf(coin)}
            </span>
          </dd>
        </div>
      </dl>
      {error ? (
        <p className="field-error">{error}</p>
      ) : (
        <p className="field-hint">
          Of each {unit} that is paid. The provider is who serves it to the viewer: with a larger part more
          will.
        </p>
      )}
    </div>
  );
}
